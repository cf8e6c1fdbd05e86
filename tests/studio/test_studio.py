import hashlib
import json
import threading

import av
import numpy as np
import pytest

from conditioning.errors import AffectError, Cancelled, RequestError, UnknownNameError
from generators.base import ARKIT
from studio.compose import compose
from studio.request import FilmRequest
from studio.studio import Studio

SCRIPT = "[joy] She is here! [sadness:0.8] And now she is gone again. [anger] Nobody told me."
SMALL = {"height": 180, "seed": 3}


@pytest.fixture(scope="module")
def studio():
    return Studio()


@pytest.fixture(scope="module")
def film(studio, tmp_path_factory):
    return studio.create(SCRIPT, tmp_path_factory.mktemp("film") / "film.mp4", **SMALL)


def streams(path):
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        lengths = [float(s.duration * s.time_base) for s in (video, audio)]
        return video.codec_context.name, audio.codec_context.name, (video.width, video.height), lengths


def test_a_film_carries_picture_and_sound_of_one_length(film):
    video, audio, size, lengths = streams(film.path)
    assert (video, audio, size) == ("h264", "aac", (320, 180))
    assert abs(lengths[0] - lengths[1]) <= 0.04
    assert lengths[0] == pytest.approx(film.tracks.duration, abs=0.05)


def test_the_record_names_engines_licences_seeds_emotions_fulfilment_and_scores(film):
    record = json.loads(film.record_path.read_text())
    assert set(record["engines"]) == {"speech", "face", "music", "video"}
    for engine in record["engines"].values():
        assert engine["version"] and engine["licence"] and isinstance(engine["seed"], int)
    assert [e["emotion"] for e in record["emotions"]] == ["joy", "sadness:0.8", "anger"]
    assert record["emotions"][0]["start"] == 0.0
    assert record["emotions"][-1]["end"] == pytest.approx(record["film"]["seconds"], abs=0.01)
    for aspects in record["fulfilment"].values():
        assert all(a["status"] == "honoured" or a["why"] for a in aspects)
    media = {row["medium"] for row in record["scorecard"]["rows"]}
    assert media == {"speech", "face", "music", "video"}
    for row in record["scorecard"]["media"]:
        assert 0 <= row["right"] <= 1 and 0 < row["chance"] < row["people"] <= 1


def test_the_record_alone_makes_the_same_film_again(film, studio, tmp_path):
    again = studio.create(FilmRequest.read(film.record["request"]), tmp_path / "film.mp4")
    assert again.record["files"] == film.record["files"]
    assert again.record["scorecard"] == film.record["scorecard"]


def test_the_composed_pictures_are_the_same_bytes_each_time(film):
    video, face = film.tracks.video, film.tracks.face
    runs = [hashlib.sha256() for _ in range(2)]
    for run in runs:
        for picture in compose((320, 180), 30, 25.0, video, face, []):
            run.update(picture.tobytes())
    assert runs[0].digest() == runs[1].digest()


def test_every_track_lies_beside_the_film(film):
    names = {f.name for f in film.files}
    assert names == {
        "mix.wav",
        "voice.wav",
        "captions.vtt",
        "face.csv",
        "music.wav",
        "music.mid",
        "music.musicxml",
    }
    assert all(f.stat().st_size > 100 for f in film.files)


def test_words_and_face_move_together(film):
    """The jaw opens more while words sound than in the silence before and after them."""
    times, words = film.tracks.face.times, film.tracks.speech.words
    spoken = np.zeros(len(times), bool)
    for word in words:
        spoken |= (times >= word.start) & (times <= word.end)
    jaw = film.tracks.face.arkit[:, 17]
    quiet = (times < words[0].start - 0.3) | (times > words[-1].end + 0.4)
    assert jaw[spoken].mean() > jaw[quiet].mean() + 0.03


def test_no_two_emotions_give_the_same_track(studio):
    seen = {"speech": set(), "face": set(), "music": set(), "video": set()}
    names = ("joy", "sadness", "anger", "fear", "disgust", "surprise")
    for name in names:
        request = FilmRequest.read(
            {"script": "The train leaves at nine.", "emotion": name, "height": 144, "seed": 1}
        )
        tracks = studio.tracks(request)
        seen["speech"].add(tracks.speech.audio.samples.tobytes())
        seen["face"].add(tracks.face.arkit.tobytes())
        seen["music"].add(tracks.music.audio.samples.tobytes())
        seen["video"].add(next(iter(tracks.video.frames())).tobytes())
    assert {medium: len(found) for medium, found in seen.items()} == dict.fromkeys(seen, len(names))


def test_cancelling_leaves_nothing_behind(studio, tmp_path):
    cancel = threading.Event()

    def watch(done, total, what):
        if what.startswith("drawing frame 5 "):
            cancel.set()

    with pytest.raises(Cancelled):
        studio.create(SCRIPT, tmp_path / "film.mp4", progress=watch, cancel=cancel, **SMALL)
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() < 12


def test_progress_never_goes_back_and_ends_at_one(studio, tmp_path):
    seen = []
    studio.create(
        "[joy] Hello.", tmp_path / "f.mp4", media=("speech", "music"), height=144, judge=False,
        progress=lambda done, total, what: seen.append(done / total),
    )  # fmt: skip
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    "media", [("music",), ("video",), ("face",), ("speech",), ("speech", "face"), ("music", "video")]
)
def test_any_choice_of_media_makes_a_film(studio, tmp_path, media):
    made = studio.create(
        "[joy] Hello there.", tmp_path / "f.mp4", media=media, height=144, fps=10, seconds=1.5, judge=False
    )
    assert set(made.record["engines"]) == set(media)
    assert made.path.exists()


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"media": ()}, RequestError),
        ({"voice": "nobody"}, AffectError),
        ({"character": "nobody"}, UnknownNameError),
        ({"scene": "nowhere"}, UnknownNameError),
        ({"emotion": "jooy"}, UnknownNameError),
        ({"engines": {"music": "composr"}}, UnknownNameError),
        ({"faders": {"music.tempoo": 100.0}}, UnknownNameError),
        ({"height": 10_000}, RequestError),
        ({"seed": -1}, RequestError),
    ],
)
def test_a_wrong_setting_is_a_sentence_with_a_remedy(studio, tmp_path, settings, error):
    with pytest.raises(error) as caught:
        studio.create("[joy] Hello.", tmp_path / "f.mp4", **{**SMALL, **settings})
    assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_medium_may_contradict_the_others(studio):
    plain, torn = (
        studio.tracks(FilmRequest.read({"script": f"[joy]{mark} I am fine.", "height": 144, "seed": 1}))
        for mark in ("", "[face: sadness]")
    )
    assert plain.speech.audio.samples.tobytes() == torn.speech.audio.samples.tobytes()
    assert plain.music.audio.samples.tobytes() == torn.music.audio.samples.tobytes()
    smile = ARKIT.index("mouthSmileLeft")
    assert torn.face.arkit[:, smile].mean() < plain.face.arkit[:, smile].mean() - 0.1


def test_speech_alone_is_not_padded_as_a_film_is(studio):
    alone = studio.tracks(FilmRequest(script="Hello there.", media=("speech",))).speech
    assert alone.words[0].start < 0.3
    assert alone.audio.duration - alone.words[-1].end < 0.5
