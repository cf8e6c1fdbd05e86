from __future__ import annotations

from pathlib import Path

import numpy as np
import pretty_midi
import pytest
import soundfile
from PIL import Image

from conditioning.errors import Cancelled, EngineError, InputFileError
from studio.quality import report
from studio.quality.report import Quality, measure_quality
from studio.quality.speech_quality import Opinion

RATE = 16_000


def hum(seconds: float = 2.0, level: float = 0.2) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * 150 * times) * (1 + np.sin(2 * np.pi * 3 * times)) / 2).astype(
        np.float32
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The opinion of a voice, which takes longest, is not asked for where a test is not about it."""
    monkeypatch.setattr(report, "predicted_opinion", lambda sound, **_: Opinion(3.0, 3.0, 3.0))


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "hum.wav", hum(), RATE)
    return tmp_path / "hum.wav"


def film(path: Path, sound: bool) -> Path:
    """Two seconds of a square that wanders over a dithered gradient."""
    import av

    rng = np.random.default_rng(0)
    base = np.linspace(60, 160, 160)[None] * np.ones((96, 1))
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        audio = container.add_stream("aac", rate=RATE) if sound else None
        for k in range(50):
            picture = np.repeat((base + rng.normal(0, 2, base.shape))[..., None], 3, axis=2)
            picture[20:50, 2 * k : 2 * k + 30] = 220
            frame = av.VideoFrame.from_ndarray(np.clip(picture, 0, 255).astype(np.uint8), format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if audio is not None:
            frame = av.AudioFrame.from_ndarray(hum()[None], format="fltp", layout="mono")
            frame.rate = RATE
            container.mux(audio.encode(frame))
            container.mux(audio.encode())
    return path


def by_name(rows: tuple[Quality, ...]) -> dict[str, Quality]:
    assert len({row.name for row in rows}) == len(rows)
    return {row.name: row for row in rows}


def test_a_row_has_either_a_value_or_a_reason(wav: Path) -> None:
    for row in measure_quality(wav):
        assert (row.value is None) == bool(row.reason)
        assert row.unit
        assert row.good
        assert "not measured" in str(row) if row.value is None else row.unit in str(row)


@pytest.mark.usefixtures("quick")
def test_a_clipped_sound_is_not_fine_and_a_clean_one_is(tmp_path: Path, wav: Path) -> None:
    soundfile.write(tmp_path / "loud.wav", np.clip(10 * hum(), -1, 1), RATE)
    clean, loud = (by_name(measure_quality(path)) for path in (wav, tmp_path / "loud.wav"))
    assert clean["clipped samples"].fine
    assert not loud["clipped samples"].fine
    assert not loud["true peak"].fine


@pytest.mark.usefixtures("quick")
def test_without_text_and_neutral_the_rows_say_so(wav: Path) -> None:
    rows = by_name(measure_quality(wav))
    assert rows["word errors"].reason == "no text was given"
    assert rows["same speaker as without emotion"].reason == "no neutral reading was given"


@pytest.mark.usefixtures("quick")
def test_a_voice_is_the_same_speaker_as_itself(wav: Path) -> None:
    row = by_name(measure_quality(wav, neutral=wav))["same speaker as without emotion"]
    assert row.value == pytest.approx(1, abs=1e-4)
    assert row.fine


@pytest.mark.usefixtures("quick")
def test_a_missing_recogniser_is_a_reason_and_no_error(wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str = "", language: str = "en") -> None:
        raise EngineError("It is missing.", "Run pip.")

    monkeypatch.setattr(report, "recogniser", missing)
    assert by_name(measure_quality(wav, text="hello"))["word errors"].reason == "It is missing. Run pip."


def test_a_silent_sound_has_reasons_where_nothing_sounds(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(RATE, np.float32), RATE)
    rows = by_name(measure_quality(tmp_path / "silence.wav"))
    assert rows["silence"].value == 100
    assert rows["loudness"].value is None
    assert rows["DNSMOS overall"].reason == "the sound is silent"


def test_a_banded_picture_has_more_banding_than_a_dithered_one(tmp_path: Path) -> None:
    smooth = np.linspace(40, 90, 400)[None, :, None] * np.ones((200, 1, 3))
    noise = np.random.default_rng(0).random((200, 400, 1))
    values = []
    for name, picture in (("bands", np.rint(smooth / 3) * 3), ("dither", np.floor(smooth + noise))):
        Image.fromarray(picture.astype(np.uint8)).save(tmp_path / f"{name}.png")
        values.append(by_name(measure_quality(tmp_path / f"{name}.png"))["colour banding"].value)
    assert values[0] > 2 * values[1]


def test_a_score_tells_its_faults(tmp_path: Path) -> None:
    score = pretty_midi.PrettyMIDI()
    score.instruments.append(pretty_midi.Instrument(0))
    score.write(str(tmp_path / "empty.mid"))
    score.instruments[0].notes.append(pretty_midi.Note(80, 60, 0, 1))
    score.write(str(tmp_path / "note.mid"))
    (empty,), (note,) = (measure_quality(tmp_path / f"{name}.mid") for name in ("empty", "note"))
    assert (empty.value, empty.fine, empty.reason) == (1, False, "It has no note.")
    assert (note.value, note.fine) == (0, True)


@pytest.mark.usefixtures("quick")
def test_a_film_has_rows_of_picture_lips_and_sound(tmp_path: Path) -> None:
    rows = by_name(measure_quality(film(tmp_path / "a.mp4", sound=True)))
    assert rows["flicker"].fine
    assert rows["frozen frames"].value == rows["black frames"].value == 0
    assert rows["mouth after voice"].reason == "no face was found in most of the frames"
    assert rows["loudness"].value is not None


def test_a_film_without_sound_has_rows_of_pictures_alone(tmp_path: Path) -> None:
    rows = by_name(measure_quality(film(tmp_path / "a.mp4", sound=False)))
    assert rows["mouth after voice"].reason == "the film has no sound"
    assert "loudness" not in rows


@pytest.mark.usefixtures("quick")
def test_watching_may_stop_the_work(tmp_path: Path) -> None:
    def stop(done: float, total: float, what: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        measure_quality(film(tmp_path / "a.mp4", sound=False), progress=stop)


@pytest.mark.parametrize("name", ["gone.wav", "notes.txt", "broken.wav", "broken.mp4", "broken.png"])
def test_files_that_cannot_be_measured_are_refused(tmp_path: Path, name: str) -> None:
    if name != "gone.wav":
        (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(InputFileError):
        measure_quality(tmp_path / name)


@pytest.mark.usefixtures("quick")
def test_progress_never_passes_its_end(tmp_path: Path) -> None:
    steps: list[tuple[float, float, str]] = []
    measure_quality(film(tmp_path / "a.mp4", sound=True), progress=lambda *step: steps.append(step))
    assert len(steps) >= 5
    assert all(0 <= done < total for done, total, _ in steps)
