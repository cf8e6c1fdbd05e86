from dataclasses import replace

import numpy as np
import pytest

from conditioning.emotion import Emotion
from conditioning.errors import AffectError, RequestError, UnknownNameError
from conditioning.script import parse_script
from conditioning.timeline import Timeline
from studio.request import FilmRequest
from studio.shape import Shape, shape_course, shape_script
from studio.stages import Stages
from studio.studio import STAGE_SHARES, Studio

SCRIPT = parse_script("[joy:0.6+fear:0.2] One. [face:anger] Two. [sadness:0.4] Three.")


def test_a_plain_shape_changes_nothing():
    assert shape_script(SCRIPT, Shape()) == SCRIPT
    course = Timeline.constant(Emotion.of("joy"))
    assert shape_course(course, Shape(), 3.0) is course


def test_strength_scales_every_emotion_also_those_of_single_media():
    shaped = shape_script(SCRIPT, Shape(strength=0.5))
    for before, after in zip(SCRIPT.spans, shaped.spans, strict=True):
        assert after.emotion.intensity == pytest.approx(0.5 * before.emotion.intensity)
        assert after.emotion.mixture == pytest.approx(before.emotion.mixture)
        assert after.text == before.text
    assert shaped.spans[1].overrides["face"].intensity == pytest.approx(0.5)


def test_contrast_and_count_decide_between_the_labels_of_a_mixture():
    (first, *_) = shape_script(SCRIPT, Shape(contrast=2)).spans
    assert first.emotion.mixture["joy"] == pytest.approx(0.9, abs=0.01)
    (first, *_) = shape_script(SCRIPT, Shape(most=1)).spans
    assert set(first.emotion.mixture) == {"joy"}


def test_a_preferred_emotion_is_mixed_into_all_others():
    for span in shape_script(SCRIPT, Shape(prefer="serenity", prefer_share=0.4)).spans:
        assert span.emotion.mixture["serenity"] > 0.2


def test_a_course_with_attack_and_release_arrives_later():
    course = Timeline.of_sections([(0.0, 2.0, Emotion.neutral()), (2.0, 6.0, Emotion.of("anger"))], 0.2)
    slow = shape_course(course, Shape(attack=2.0, release=1.0), 6.0)
    assert slow.at(2.5).intensity < 0.7 * course.at(2.5).intensity
    assert slow.at(5.9).intensity > 0.9


def test_smoothing_takes_away_fast_swings():
    times = np.arange(0, 8, 0.25)
    course = Timeline.of([(float(t), Emotion.of("joy", 0.2 + 0.8 * (i % 2))) for i, t in enumerate(times)])
    smooth = shape_course(course, Shape(smoothing=3.0), 8.0)
    inside = np.arange(2, 6, 0.05)
    assert np.ptp(smooth.sample(inside).intensity) < 0.2 * np.ptp(course.sample(inside).intensity)


@pytest.mark.parametrize(
    ("shape", "kind", "word"),
    [({"strenth": 1}, UnknownNameError, "strength"), ({"strength": -1}, RequestError, "shape.strength")],
)
def test_a_wrong_shape_is_refused_by_the_request(shape, kind, word):
    with pytest.raises(kind) as caught:
        FilmRequest.read({"script": "Hello.", "shape": shape})
    assert word in f"{caught.value.message} {caught.value.remedy}"


def test_an_unknown_preferred_emotion_is_refused():
    with pytest.raises(AffectError, match="jooy"):
        shape_script(SCRIPT, Shape(prefer="jooy"))


def test_the_films_sections_are_those_of_the_shaped_script_and_the_voice_says_what_it_cannot_follow():
    request = FilmRequest(
        script="[joy] Here we are.", media=("speech",), shape=Shape(strength=0.5, attack=1.0), judge=False
    )
    tracks = Studio().tracks(request, Stages(STAGE_SHARES, lambda *_: None))
    assert tracks.sections[0].emotion.intensity == pytest.approx(0.5)
    assert {a.name: a.status for a in tracks.speech.fulfilment}["attack and release"] == "ignored"
    plain = Studio().tracks(
        request.model_copy(update={"shape": Shape()}), Stages(STAGE_SHARES, lambda *_: None)
    )
    assert tracks.speech.audio.samples.shape != plain.speech.audio.samples.shape
    assert replace(plain.sections[0], emotion=tracks.sections[0].emotion).emotion.label == "joy"
