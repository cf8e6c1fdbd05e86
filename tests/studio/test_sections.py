import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.emotion import Emotion
from conditioning.script import Script, Span, parse_script
from conditioning.subtitles import parse_srt
from conditioning.timeline import Timeline
from generators.base import Audio, Phone, SpeechTrack, Stretch, Word
from studio.sections import delayed, sections_of, silent_stretches, timeline_of

JOY, FEAR = Emotion.of("joy"), Emotion.of("fear")


def script(*emotions):
    return Script(tuple(Span("one two three", e) for e in emotions))


def test_delaying_moves_every_time_and_pads_the_sound():
    track = SpeechTrack(
        Audio(np.ones(2400, np.float32), 24000), (Word("a", 0.0, 0.1),), (Phone("a", 0.0, 0.1),),
        (Stretch(0, 0.0, 0.1),), Timeline.constant(JOY), (),
    )  # fmt: skip
    later = delayed(track, 0.5, 1.0)
    assert later.audio.duration == pytest.approx(1.6)
    assert not later.audio.samples[:12000].any() and later.audio.samples[12000:14400].all()
    assert (later.words[0].start, later.phones[0].end, later.stretches[0].start) == pytest.approx(
        (0.5, 0.6, 0.5)
    )
    assert later.timeline.keyframes[0].time == pytest.approx(0.5)


@given(st.lists(st.floats(0.1, 5.0), min_size=1, max_size=8), st.floats(0.0, 2.0))
def test_sections_cover_the_film_without_gap(lengths, tail):
    ends = np.cumsum(lengths)
    stretches = [
        Stretch(i, float(e - n), float(e)) for i, (e, n) in enumerate(zip(ends, lengths, strict=True))
    ]
    feelings = [(JOY, FEAR)[i % 2] for i in range(len(lengths))]
    sections = sections_of(script(*feelings), stretches, float(ends[-1]) + tail)
    assert sections[0].start == 0.0
    assert sections[-1].end == pytest.approx(ends[-1] + tail)
    assert all(a.end == b.start for a, b in itertools.pairwise(sections))


def test_neighbours_of_one_emotion_are_one_section():
    sections = sections_of(script(JOY, JOY, FEAR), silent_stretches(script(JOY, JOY, FEAR), 9.0), 9.0)
    assert [s.emotion for s in sections] == [JOY, FEAR]


def test_unspoken_spans_share_the_seconds_asked_for():
    stretches = silent_stretches(script(JOY, FEAR), 7.0)
    assert stretches[-1].end == pytest.approx(7.0)


def test_the_timeline_holds_each_emotion_inside_its_section():
    sections = sections_of(script(JOY, FEAR), silent_stretches(script(JOY, FEAR), 8.0), 8.0)
    line = timeline_of(sections)
    assert line.at(1.0).label == "joy"
    assert line.at(7.0).label == "fear"


def test_a_medium_follows_its_own_emotion_where_it_has_one():
    read = parse_script("[joy] Fine. [face: sadness] I am fine. [joy] Really.")
    sections = sections_of(read, silent_stretches(read), 9.0)
    assert [str(s.emotion) for s in sections] == ["joy"] * 3
    assert [str(s.emotion_of("face")) for s in sections] == ["joy", "sadness", "joy"]
    middle = np.array([(sections[1].start + sections[1].end) / 2])
    assert timeline_of(sections, "face").sample(middle).vad[0, 0] < 0
    assert timeline_of(sections, "music").sample(middle).vad[0, 0] > 0


def test_subtitles_keep_their_times():
    read = parse_srt("1\n00:00:01,000 --> 00:00:02,500\nHello.\n\n2\n00:00:04,000 --> 00:00:05,000\nBye.\n")
    for seconds in (0.0, 20.0):
        assert [(s.start, s.end) for s in silent_stretches(read, seconds)] == [(1.0, 2.5), (4.0, 5.0)]


def test_spans_after_the_end_of_a_film_are_left_out():
    read = parse_srt(
        "1\n00:00:01,000 --> 00:00:02,000\n[joy] Hello.\n\n2\n00:00:08,000 --> 00:00:09,000\n[fear] Bye.\n"
    )
    (only,) = sections_of(read, silent_stretches(read), 4.0)
    assert (only.start, only.end, str(only.emotion)) == (0.0, 4.0, "joy")
