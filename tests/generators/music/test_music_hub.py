"""What every music engine with weights of the user's choice does alike; MusicGen's own ways have tests of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories import musicgen, sounds

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, EngineError
from conditioning.faders import Adjustment
from conditioning.timeline import Timeline
from generators.base import Job, MusicRequest, MusicTrack
from generators.music.diffusion import AceStep, StableAudio
from generators.music.hub import HubMusic
from generators.music.musicgen_melody import MusicgenMelody, melody

TEXT = "solo piano"
RATE = 16000
BUILDERS: dict[type[HubMusic], Callable[[Path], Path]] = {
    MusicgenMelody: musicgen.build_musicgen_melody,
    StableAudio: sounds.build_stable_audio,
    AceStep: sounds.build_ace_step,
}


@pytest.fixture(scope="module", params=BUILDERS, ids=lambda kind: kind.name)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, one_thread: None
) -> HubMusic:
    kind = request.param
    return small(kind, BUILDERS[kind](tmp_path_factory.mktemp("checkpoint") / "model"))


def small(kind: type[HubMusic], folder: Path | str) -> HubMusic:
    """The engine, making at most 1.5 seconds a call."""
    more: dict[str, Any] = {} if kind is MusicgenMelody else {"steps": 2}
    return kind(str(folder), longest=1.5, **more)  # type: ignore[call-arg]


def asked(
    emotion: Emotion | Timeline, seconds: float = 1.0, job: Job | None = None, *adjustments: Adjustment
) -> MusicRequest:
    timeline = emotion if isinstance(emotion, Timeline) else Timeline.constant(emotion)
    return MusicRequest(Conditioning(timeline, adjustments), seconds, TEXT, RATE, job or Job(3))


def sound(engine: HubMusic, *what: Any) -> np.ndarray:
    track: MusicTrack = engine.generate(asked(*what))
    return track.audio.samples


def bare(engine: HubMusic, seconds: float) -> np.ndarray:
    """What the library alone makes of the same words and seed, as the engine brings it to form."""
    import diffusers
    import torch

    from generators.checkpoints import seeded
    from generators.music.stretches import fit_stereo

    folder, generator = engine.weights.choice.model, torch.Generator().manual_seed(3)
    if isinstance(engine, MusicgenMelody):
        from transformers import AutoTokenizer, MusicgenMelodyForConditionalGeneration

        from generators.hub.torchaudio_standin import melody_features

        model = MusicgenMelodyForConditionalGeneration.from_pretrained(folder).eval()
        listening = melody_features().from_pretrained(folder)
        tune = melody(asked(Emotion.neutral(), seconds), listening.sampling_rate)
        tones = listening(tune, sampling_rate=listening.sampling_rate, return_tensors="pt")["input_features"]
        words = AutoTokenizer.from_pretrained(folder)([TEXT], return_tensors="pt", padding=True)
        with seeded(3):
            made = model.generate(**words, input_features=tones, max_new_tokens=round(seconds * 50) + 3)
        wave, rate = made[0].numpy().T, 16000
    elif isinstance(engine, StableAudio):
        pipeline = diffusers.StableAudioPipeline.from_pretrained(folder)
        with seeded(3):
            made = pipeline(TEXT, audio_end_in_s=seconds, num_inference_steps=2, generator=generator)
        wave, rate = made.audios[0].numpy().T, 800
    else:
        pipeline = diffusers.AceStepPipeline.from_pretrained(folder)
        with seeded(3):
            made = pipeline(TEXT, audio_duration=seconds, num_inference_steps=2, generator=generator)
        wave, rate = made.audios[0].numpy().T, 1000
    return fit_stereo(np.ascontiguousarray(wave), rate, RATE, round(seconds * RATE))


def status(track: MusicTrack, name: str) -> str:
    return next(aspect.status for aspect in track.fulfilment if aspect.name == name)


def test_without_emotion_it_is_the_bare_library_call(engine: HubMusic) -> None:
    assert np.array_equal(sound(engine, Emotion.of("fear").scaled(0)), bare(engine, 1.0))


def test_opposite_emotions_sound_different_by_the_direction_alone(
    engine: HubMusic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generators.music.hub.prompt_words", lambda text, emotion, medium: text)
    monkeypatch.setattr("generators.music.diffusion.AceStep._manner", lambda *_: {})
    tune = np.zeros(48000, np.float32)
    monkeypatch.setattr("generators.music.musicgen_melody.melody", lambda *_: tune)
    neutral, joy, sadness = (
        sound(engine, emotion) for emotion in (Emotion.neutral(), Emotion.of("joy"), Emotion.of("sadness"))
    )
    assert not np.array_equal(joy, sadness)
    assert not np.array_equal(joy, neutral)


def test_a_hook_moves_words_by_the_strength_and_leaves_padding(engine: HubMusic) -> None:
    import torch

    from generators.hub.directions import steered_encoder

    engine.generate(asked(Emotion.neutral()))
    loaded = engine.weights.loaded
    assert loaded is not None
    encoder, direction = loaded.model.text_encoder, loaded.directions.direction("joy")
    inputs = loaded.tokenizer(["a song", "a very long song"], return_tensors="pt", padding=True)
    with torch.no_grad():
        plain = encoder(inputs["input_ids"], attention_mask=inputs["attention_mask"]).last_hidden_state
        with steered_encoder(encoder, loaded.directions.of(Emotion.of("joy", 0.5))):
            moved = encoder(inputs["input_ids"], attention_mask=inputs["attention_mask"]).last_hidden_state
    words = inputs["attention_mask"].bool()
    assert not words.all()
    expected = 0.5 * direction.length * direction.unit
    assert float(((moved - plain)[words] - expected).abs().max()) < 1e-5
    assert not (moved - plain)[~words].any()


def test_mixtures_are_sums_of_directions(engine: HubMusic) -> None:
    engine.generate(asked(Emotion.neutral()))
    assert engine.weights.loaded is not None
    of = engine.weights.loaded.directions.of
    mixed, joy, fear = (
        of(Emotion.of({"joy": 0.25, "fear": 0.75})),
        of(Emotion.of("joy")),
        of(Emotion.of("fear")),
    )
    assert mixed is not None
    assert joy is not None
    assert fear is not None
    assert float((mixed.rows - (0.25 * joy.rows + 0.75 * fear.rows)).abs().max()) < 1e-5


def test_a_piece_has_the_length_and_form_asked_for_and_the_same_seed_the_same_bytes(engine: HubMusic) -> None:
    changing = Timeline.of([(0, Emotion.of("joy")), (2, Emotion.of("sadness")), (4, Emotion.of("sadness"))])
    first, again = (sound(engine, changing, 4.0) for _ in range(2))
    assert first.shape == (4 * RATE, 2)
    assert np.isfinite(first).all()
    assert first.any()
    assert first.tobytes() == again.tobytes()
    assert status(engine.generate(asked(changing, 4.0)), "timeline") == "approximated"


def test_a_cancel_ends_the_work_within_a_step(engine: HubMusic) -> None:
    cancel, steps = threading.Event(), []

    def progress(done: float, total: float, what: str) -> None:
        if what == "music" and done > 0:
            steps.append(done)
            cancel.set()

    with pytest.raises(Cancelled):
        engine.generate(asked(Emotion.neutral(), 1.0, Job(0, progress, cancel)))
    assert len(steps) == 1


def test_a_folder_of_another_kind_is_refused(engine: HubMusic, tiny_wan: Path) -> None:
    with pytest.raises(EngineError, match=r"is missing|WanPipeline"):
        small(type(engine), tiny_wan).generate(asked(Emotion.neutral()))


def test_without_weights_it_names_an_example() -> None:
    for kind in BUILDERS:
        with pytest.raises(EngineError, match=kind.name):
            kind().generate(asked(Emotion.neutral()))
        assert kind().describe().needs


@pytest.mark.parametrize("kind", [AceStep])
def test_tempo_and_mode_follow_the_faders(kind: type[AceStep]) -> None:
    def manner(emotion: Emotion, *adjustments: Adjustment) -> dict[str, Any]:
        return kind()._manner(asked(emotion, 1.0, None, *adjustments), emotion, 0.0, 1.0)

    joy, sadness = manner(Emotion.of("joy")), manner(Emotion.of("sadness"))
    assert joy["bpm"] > sadness["bpm"]
    assert joy["keyscale"].endswith("major")
    assert sadness["keyscale"].endswith("minor")
    assert manner(Emotion.neutral()) == {}
    assert manner(Emotion.neutral(), Adjustment("music.tempo_bpm", 77.0))["bpm"] == 77
