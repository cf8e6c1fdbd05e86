from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_measures import clip, request

from conditioning.emotion import Emotion
from conditioning.timeline import Timeline
from generators.video.families import FAMILIES
from generators.video.plan import Scene, families, mentions, plan
from generators.video.reel import shares

TURN = Timeline.of_sections([(0, 8, Emotion.of("serenity")), (8, 16, Emotion.of("rage"))])


def test_every_family_of_the_table_has_a_module() -> None:
    assert set(families()) == set(FAMILIES)
    assert len(FAMILIES) >= 6


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("We sailed over the ocean.", "sea"),
        ("Look at those clouds!", "sky"),
        ("The mountains were far away.", "ridges"),
        ("Der Schnee fiel leise.", "motes"),
        ("Les étoiles brillent.", "aurora"),
        ("Una bolla di sapone e un palloncino", "forms"),
        ("La sombra y el veneno", "ink"),
    ],
)
def test_words_choose_the_family_whatever_the_emotion(text: str, family: str) -> None:
    for emotion in ("joy", "sadness", "anger"):
        for seed in range(3):
            assert plan(request(Emotion.of(emotion), text=text, seed=seed))[0].family == family


def test_words_inside_other_words_do_not_count() -> None:
    assert mentions("We season the seaweed, you fisherman.") == {}


def test_no_word_belongs_to_two_families() -> None:
    words = ["sea", "sky", "mountain", "star", "fire", "shadow", "crystal", "vela", "aurora"]
    assert all(len(mentions(word)) == 1 for word in words if word != "vela")


def test_the_emotion_chooses_where_the_text_says_nothing() -> None:
    chosen = {
        e: {plan(request(Emotion.of(e), seed=s))[0].family for s in range(8)}
        for e in ("disgust", "calm", "awe")
    }
    assert chosen == {"disgust": {"ink"}, "calm": {"sea"}, "awe": {"aurora"}}


def test_a_scene_that_is_named_stands_throughout() -> None:
    assert plan(request(TURN, scene="motes", seconds=16, sections=(0.0, 8.0))) == (Scene(0.0, "motes"),)


def test_the_scene_changes_where_a_section_begins_and_the_feeling_turns() -> None:
    scenes = plan(request(TURN, seconds=16, sections=(0.0, 4.0, 8.0, 12.0)))
    assert [scene.start for scene in scenes] == [0.0, 8.0]
    assert scenes[0].family != scenes[1].family


def test_the_scene_stays_where_the_feeling_stays() -> None:
    sections = tuple(float(s) for s in range(0, 60, 5))
    assert len(plan(request(Emotion.of("joy"), seconds=60, sections=sections))) == 1


def test_without_sections_the_scene_never_changes() -> None:
    assert len(plan(request(TURN, seconds=16))) == 1


@settings(max_examples=40, deadline=None)
@given(
    names=st.lists(
        st.sampled_from(["joy", "sadness", "fear", "anger", "calm", "awe", "disgust"]), min_size=1, max_size=6
    ),
    lengths=st.lists(st.floats(0.5, 9.0), min_size=6, max_size=6),
    seed=st.integers(0, 50),
)
def test_scenes_start_at_zero_change_at_sections_only_and_never_repeat(
    names: list[str], lengths: list[float], seed: int
) -> None:
    starts = [0.0, *np.cumsum(lengths[: len(names)])]
    rows = [(starts[k], starts[k + 1], Emotion.of(name)) for k, name in enumerate(names)]
    asked = request(Timeline.of_sections(rows), seconds=starts[-1], sections=tuple(starts[:-1]), seed=seed)
    scenes = plan(asked)
    assert scenes == plan(asked)
    assert scenes[0].start == 0.0
    assert {scene.start for scene in scenes} <= set(starts[:-1])
    assert all(a.family != b.family for a, b in pairwise(scenes))
    for time in np.linspace(0, starts[-1], 50):
        seen = shares(scenes, float(time))
        assert 1 <= len(seen) <= 2
        assert sum(seen.values()) == pytest.approx(1.0)


def test_a_change_is_a_dissolve_of_a_second_about_its_start() -> None:
    scenes = (Scene(0.0, "sea"), Scene(8.0, "ink", 1.0))
    assert shares(scenes, 7.4) == {0: 1.0}
    assert shares(scenes, 8.0) == {0: pytest.approx(0.5), 1: pytest.approx(0.5)}
    assert shares(scenes, 8.6) == {1: 1.0}


def test_both_scenes_move_during_the_dissolve_and_no_frame_jumps() -> None:
    line = Timeline.of_sections([(0, 3, Emotion.of("calm")), (3, 6, Emotion.of("disgust"))])
    asked = {"seconds": 6.0, "sections": (0.0, 3.0), "size": (160, 90), "fps": 10.0}
    assert len(plan(request(line, **asked))) == 2  # type: ignore[arg-type]
    frames = clip(line, **asked)
    steps = np.array([np.abs(a.astype(int) - b).mean() for a, b in pairwise(frames)])
    fade = steps[25:35]
    assert fade.max() < 25  # a cut from calm sea to ink changes the mean pixel by far more than its dissolve
    assert np.abs(frames[24].astype(int) - frames[36]).mean() > 2 * fade.max()
