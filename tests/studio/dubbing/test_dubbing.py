from __future__ import annotations

import json
import threading

import numpy as np
import pytest
import soundfile

from conditioning.emotion import Emotion
from conditioning.errors import Cancelled, InputFileError, RequestError
from conditioning.script import Script, Span, parse_script
from conditioning.subtitles import parse_srt
from generators.base import Audio
from generators.speech.hibari import Hibari
from studio.dubbing.cues import Cue, cues_in_stretches, cues_in_time, units_of
from studio.dubbing.dub import Dubbing, dub
from studio.dubbing.faces import emotions_seen
from studio.dubbing.fitting import Limits, fit_line
from studio.dubbing.soundtrack import placed, soundtrack
from studio.dubbing.stretches import sound_stretches, stretches_of
from studio.encode import write_film
from studio.judges.base import Reading
from studio.judges.media import Waveform
from studio.media_files import sound_in
from studio.request import FilmRequest

RATE = 16_000
SRT = """1
00:00:00,500 --> 00:00:02,300
[joy] We won the game tonight!

2
00:00:03,000 --> 00:00:05,000
[sadness] But nobody [anger]ever[/] came to see us.
"""


def bursts(*stretches, seconds=6.0):
    """Noise in stretches of seconds, over a soft room."""
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 1e-4, int(seconds * RATE))
    for start, end in stretches:
        sound[int(start * RATE) : int(end * RATE)] += rng.normal(0, 0.1, int(end * RATE) - int(start * RATE))
    return sound.astype(np.float32)


def film(path, sound=None, seconds=6.0):
    """A film of a moving grey bar."""
    frames = [np.full((64, 64, 3), 40 + i, np.uint8) for i in range(int(seconds * 10))]
    audio = None if sound is None else Audio(np.repeat(sound[:, None], 2, axis=1), RATE)
    write_film(path, frames, (64, 64), 10.0, audio)
    return path


def packets(path):
    """The coded pictures of a film."""
    import av

    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.dts is not None]


def request(script, **values):
    return FilmRequest(script=script, media=("speech",), **values)


def sounding(samples, rate):
    """First and last second that sounds."""
    step = rate // 100
    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    steps = (mono[: len(mono) // step * step].reshape(-1, step).astype(float) ** 2).mean(axis=1)
    loud = np.flatnonzero(steps > steps.max() * 1e-4)
    return loud[0] / 100, (loud[-1] + 1) / 100


@pytest.fixture(scope="module")
def engine():
    return Hibari()


@pytest.fixture(scope="module")
def dubbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dub")
    source = film(folder / "source.mp4", bursts((1.0, 2.0)))
    found = dub(Dubbing(source, request(SRT)), folder / "out.mp4")
    return source, found


@pytest.mark.parametrize("seconds", [1.0, 1.35, 1.7])
@pytest.mark.parametrize("emotion", ["neutral", "sadness", "anger"])
def test_a_line_lasts_as_long_as_its_cue_within_three_per_cent(engine, seconds, emotion):
    span = Span("We won the game tonight!", Emotion.of(emotion))
    line = fit_line(engine, Cue(2.0, 2.0 + seconds, (span,)))
    begin, end = sounding(line.audio.samples, line.audio.sample_rate)
    assert line.met
    assert end - begin == pytest.approx(
        seconds, abs=0.03 * seconds + 0.005
    )  # it is measured in steps of 10 ms


def test_what_cannot_fit_is_spoken_at_the_greatest_rate_and_told(engine):
    span = Span("This sentence is far too long to be spoken in so short a time.", Emotion.neutral())
    line = fit_line(engine, Cue(0.0, 1.0, (span,)), limits=Limits(0.6, 1.3))
    assert line.rate == 1.3
    assert not line.met
    assert "too long even at rate 1.30" in line.note


def test_a_line_that_runs_over_pushes_the_next_back(engine):
    long = fit_line(engine, Cue(0.0, 0.5, (Span("We won the game tonight!", Emotion.neutral()),)))
    short = fit_line(engine, Cue(0.5, 1.5, (Span("Really?", Emotion.neutral()),)))
    (first, _), (second, _) = placed([long, short])
    assert first == 0.0
    assert second >= long.seconds


def test_the_pictures_are_copied_packet_by_packet(dubbed):
    source, found = dubbed
    assert packets(source) == packets(found.path)


def test_the_lines_sound_in_their_places_and_the_old_sound_is_gone(dubbed):
    _, found = dubbed
    sound = sound_in(found.path)
    rate = sound.sample_rate
    for start, end in ((0.5, 2.3), (3.0, 5.0)):
        part = sound.samples[int((start - 0.2) * rate) : int((end + 0.3) * rate)]
        begin, last = sounding(part, rate)
        assert start - 0.2 + begin == pytest.approx(start, abs=0.06)
        assert start - 0.2 + last == pytest.approx(end, abs=0.12)
    assert np.abs(sound.samples[int(2.45 * rate) : int(2.9 * rate)]).max() < 0.01


def test_subtitles_and_record_tell_what_was_spoken(dubbed):
    _, found = dubbed
    script = parse_srt(found.srt_path.read_text(encoding="utf-8"))
    assert script.text == "We won the game tonight! But nobody ever came to see us."
    assert [str(span.emotion) for span in script.spans] == ["joy", "sadness", "anger", "sadness"]
    record = json.loads(found.record_path.read_text(encoding="utf-8"))
    assert all(line["met"] for line in record["lines"])
    assert record["film"]["pictures"] == "copied"


def test_the_background_is_kept_as_far_as_asked():
    old = Waveform(bursts((2.0, 3.0), seconds=4.0), RATE)
    kept = soundtrack([], 4.0, old, 0.5)
    none = soundtrack([], 4.0, old, 0.0)
    middle = slice(int(2.1 * 48_000), int(2.9 * 48_000))
    ratio = np.std(kept.samples[middle]) / np.std(old.samples[int(2.1 * RATE) : int(2.9 * RATE)])
    assert ratio == pytest.approx(0.5, rel=0.1)
    assert not none.samples.any()


def test_the_sound_s_silences_give_the_times():
    found = sound_stretches(Waveform(bursts((0.5, 1.5), (1.7, 2.0), (3.0, 4.0)), RATE))
    assert len(found) == 2  # a gap of a fifth of a second is within a line
    assert found[0] == pytest.approx((0.5, 2.0), abs=0.05)
    assert found[1] == pytest.approx((3.0, 4.0), abs=0.05)


def test_short_noises_are_no_line():
    active = np.zeros(100, bool)
    active[10:13] = active[40:80] = True
    assert stretches_of(active, 0.05) == [(2.0, 4.0)]


def test_sentences_are_laid_over_stretches_in_order():
    units = units_of(parse_script("[joy] She is [anger]here[/] now. Are you sure? Yes."))
    assert ["".join(span.text[0] for span in unit) for unit in units] == ["Shn", "A", "Y"]
    even = cues_in_stretches(units, [(0.0, 1.0), (2.0, 3.0), (4.0, 5.0)])
    assert [(cue.start, cue.end) for cue in even] == [(0.0, 1.0), (2.0, 3.0), (4.0, 5.0)]
    joined = cues_in_stretches(units, [(0.0, 1.0), (1.2, 2.0), (4.0, 5.0), (7.0, 8.0)])
    assert [(cue.start, cue.end) for cue in joined] == [(0.0, 2.0), (4.0, 5.0), (7.0, 8.0)]
    shared = cues_in_stretches(units, [(0.0, 4.0), (6.0, 7.0)])
    assert [cue.text for cue in shared] == ["She is here now.", "Are you sure?", "Yes."]
    assert shared[1].end == pytest.approx(4.0)
    assert shared[0].end < shared[1].start


def test_a_mark_within_a_cue_does_not_part_it():
    cues = cues_in_time(parse_srt(SRT), SRT, 6.0)
    assert [(cue.start, cue.end, len(cue.spans)) for cue in cues] == [(0.5, 2.3, 1), (3.0, 5.0, 3)]


def test_a_script_longer_than_the_film_is_refused(tmp_path):
    source = film(tmp_path / "short.mp4", bursts((0.2, 1.0), seconds=2.0), seconds=2.0)
    with pytest.raises(RequestError, match=r"Cue 2 ends at 5 s, the film at 2\.\d+ s"):
        dub(Dubbing(source, request(SRT)), tmp_path / "out.mp4")
    text = "This is a long story that nobody can tell in two seconds, however fast the words may come."
    with pytest.raises(RequestError, match="even at the greatest rate"):
        dub(Dubbing(source, request(text)), tmp_path / "out.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["short.mp4"]


def test_films_that_do_not_tell_when_to_speak_are_refused(tmp_path):
    mute = film(tmp_path / "mute.mp4")
    silent = film(tmp_path / "silent.mp4", np.zeros(6 * RATE, np.float32))
    with pytest.raises(RequestError, match="no sound stream"):
        dub(Dubbing(mute, request("Hello there."), "silence"), tmp_path / "out.mp4")
    with pytest.raises(RequestError, match="silent"):
        dub(Dubbing(silent, request("Hello there."), "silence"), tmp_path / "out.mp4")
    with pytest.raises(RequestError, match="No face is found"):
        dub(Dubbing(mute, request("Hello there."), "mouth"), tmp_path / "out.mp4")
    with pytest.raises(RequestError, match="No face is read"):
        dub(Dubbing(mute, request(SRT, emotion="picture")), tmp_path / "out.mp4")
    with pytest.raises(RequestError, match="no times"):
        dub(Dubbing(mute, request("Hello there."), "srt"), tmp_path / "out.mp4")
    soundfile.write(tmp_path / "a.wav", bursts((0.5, 1.0)), RATE)
    with pytest.raises(InputFileError, match="is no film"):
        dub(Dubbing(tmp_path / "a.wav", request(SRT)), tmp_path / "out.mp4")
    with pytest.raises(RequestError, match="the film itself"):
        dub(Dubbing(mute, request(SRT)), mute)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"times": "noon"}, "noon"),
        ({"keep_background": 2.0}, "0 to 1"),
        ({"limits": Limits(0.2, 1.4)}, "0.5 to 1"),
    ],
)
def test_values_out_of_range_are_refused(values, words, tmp_path):
    with pytest.raises(RequestError, match=words):
        Dubbing(tmp_path / "a.mp4", request(SRT), **values)


def test_cancelling_leaves_nothing_behind(tmp_path):
    source = film(tmp_path / "source.mp4", bursts((1.0, 2.0)))
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        dub(Dubbing(source, request(SRT)), tmp_path / "out.mp4", cancel=cancel)
    assert [path.name for path in tmp_path.iterdir()] == ["source.mp4"]


class Painted:
    """Reads light pictures as joy and dark ones as nothing."""

    def read(self, picture):
        from conditioning.vad import VAD

        if picture.mean() < 60:
            return Reading({}, confidence=0.0, floor=0.3)
        return Reading({"joy": 0.9, "neutral": 0.1}, VAD(0.7, 0.4, 0.3), (0.2, 0.2, 0.2), 0.9, 0.3)


def test_each_cue_takes_the_emotion_that_is_seen_in_it(tmp_path):
    source = film(tmp_path / "source.mp4")  # it lightens from 40 to 100
    span = (Span("Hello.", Emotion.neutral()),)
    seen = emotions_seen(source, [Cue(0.2, 1.4, span), Cue(4.0, 5.5, span)], lambda at: None, Painted())
    assert [one.read for one in seen] == [False, True]
    assert seen[1].emotion.label == "joy"


def test_marked_emotions_win_over_seen_ones():
    cue = Cue(0.0, 1.0, (Span("Oh", Emotion.neutral()), Span("no!", Emotion.of("fear"))))
    assert [str(s.emotion) for s in cue.felt(Emotion.of("joy")).spans] == ["joy", "fear"]
    assert Script(cue.spans).text == cue.text
