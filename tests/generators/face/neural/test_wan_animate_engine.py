from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from factories.wan_animate import build_wan_animate
from PIL import Image

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError, InputFileError, RequestError
from generators.base import FaceRequest, Job
from generators.diffusion.families import enlarged
from generators.diffusion.prompts import embed
from generators.face.head import Head
from generators.face.neural.handover import over_plain_grey, performed
from generators.face.neural.wan_animate import _PROMPT, _SEEN, WanAnimate, _stretches

SIDE, FPS = 32, 10.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    """A folder with the weights ``tiny`` and a portrait ``me.png``."""
    folder = tmp_path_factory.mktemp("animate")
    build_wan_animate(folder / "tiny")
    still = FaceRequest(Conditioning.of(Emotion.neutral()), 0.1, fps=FPS, size=(256, 256), character="mara")
    Image.fromarray(next(over_plain_grey(Head().generate(still)))).save(folder / "me.png")
    return folder


@pytest.fixture(scope="module")
def engine(place: Path) -> WanAnimate:
    return WanAnimate(f"{place / 'tiny'}?portrait={place / 'me.png'}", steps=2, area=SIDE * SIDE, longest=5)


def asked(emotion: Emotion, seconds: float = 0.5, job: Job | None = None) -> FaceRequest:
    return FaceRequest(Conditioning.of(emotion), seconds, fps=FPS, size=(SIDE, SIDE), job=job or Job(3))


def made(engine: WanAnimate, emotion: Emotion, seconds: float = 0.5) -> np.ndarray:
    return np.stack(list(engine.generate(asked(emotion, seconds)).frames()))


def test_without_emotion_it_is_the_bare_library_call(engine: WanAnimate, place: Path) -> None:
    import diffusers
    import torch

    from generators.face.neural.wan_animate import _fitted, _Take

    request = asked(Emotion.of("joy").scaled(0))
    played = Head().generate(
        FaceRequest(request.conditioning, 0.5, fps=FPS, size=enlarged((SIDE, SIDE), _SEEN), job=Job(3))
    )
    with Image.open(place / "me.png") as opened:
        portrait = _fitted(np.asarray(opened), (SIDE, SIDE))
    take = _Take(engine.family, engine.ready(Job()), request, played, portrait, 2, 5)
    films = take._films(list(performed(played, Job())))
    pipeline = diffusers.WanAnimatePipeline.from_pretrained(place / "tiny")
    bare = pipeline(
        prompt=_PROMPT, **films, generator=torch.Generator().manual_seed(3), output_type="np"
    ).frames[0]
    ours = np.stack(list(engine.generate(request).frames()))
    assert np.array_equal(ours[..., :3], np.round(bare * 255).astype(np.uint8))
    assert (ours[..., 3] == 255).all()


def test_opposite_emotions_give_different_pictures_and_the_same_seed_the_same(engine: WanAnimate) -> None:
    joy, again, sadness = (made(engine, Emotion.of(name)) for name in ("joy", "joy", "sadness"))
    assert np.array_equal(joy, again)
    assert not np.array_equal(joy, sadness)
    assert joy.shape == (5, SIDE, SIDE, 4)


def test_a_strength_moves_words_alone_and_mixtures_are_sums(engine: WanAnimate) -> None:
    loaded = engine.ready(Job())
    plain = embed(engine.family, loaded.pipeline, [_PROMPT])
    words = plain.mask[0].bool()
    direction = loaded.directions.direction("joy")
    with loaded.asked(_PROMPT, Emotion.of("joy", 0.5)) as (told, _):
        change = (told["prompt_embeds"] - plain.states)[0]
    assert float((change[words] - 0.5 * direction.length * direction.unit).abs().max()) < 1e-5
    assert not change[~words].any()
    of = loaded.directions.of
    mixed, joy, fear = (of(Emotion.of(e)) for e in ({"joy": 0.25, "fear": 0.75}, "joy", "fear"))
    assert mixed is not None
    assert joy is not None
    assert fear is not None
    assert float((mixed.rows - 0.25 * joy.rows - 0.75 * fear.rows).abs().max()) < 1e-5


def test_a_long_take_is_made_in_stretches_of_exact_length(engine: WanAnimate) -> None:
    assert [(s.start, s.end) for s in _stretches(9, 5)] == [(0, 5), (3, 8), (6, 9)]
    assert [(s.start, s.end) for s in _stretches(4, 5)] == [(0, 4)]
    track = engine.generate(asked(Emotion.of("joy"), 0.9))
    first, second = (np.stack(list(track.frames())) for _ in range(2))
    assert len(first) == len(track.times) == 9
    assert np.array_equal(first, second)


def test_a_cancel_ends_the_work_within_a_step_and_leaves_nothing(
    engine: WanAnimate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cancel, steps = threading.Event(), []

    def progress(done: float, total: float, what: str) -> None:
        if what.startswith("stretch"):
            steps.append(done)
            cancel.set()

    track = engine.generate(asked(Emotion.of("joy"), job=Job(0, progress, cancel)))
    with pytest.raises(Cancelled):
        list(track.frames())
    assert len(steps) == 1
    del track
    assert not list(tmp_path.glob("*wan-animate*"))


def test_what_is_missing_is_told(place: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="needs a portrait"):
        WanAnimate(str(place / "tiny")).generate(asked(Emotion.of("joy")))
    with pytest.raises(InputFileError, match=r"none\.png"):
        WanAnimate(f"{place / 'tiny'}?portrait={tmp_path / 'none.png'}").generate(asked(Emotion.of("joy")))
    with pytest.raises(EngineError, match="has no weights"):
        WanAnimate(f"?portrait={place / 'me.png'}").generate(asked(Emotion.of("joy")))
    assert "portrait" in " ".join(WanAnimate().describe().needs)
