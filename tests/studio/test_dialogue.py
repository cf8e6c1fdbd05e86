from __future__ import annotations

from dataclasses import replace

import numpy as np

from conditioning.conditioning import Conditioning
from conditioning.script import parse_script
from generators.base import ARKIT, FaceRequest, Phone, Stretch
from generators.face.avatar import Avatar
from studio.casting import faces_for
from studio.dialogue import facing, feelings, own_phones, speakers_of, speaking, turns_of

SCRIPT = parse_script(
    "[voice Ada] [joy] I got the job. [voice Ben] [fear] And now? [voice Ada] [sadness] I must go."
)
STRETCHES = (Stretch(0, 0.5, 3.0), Stretch(1, 3.4, 6.0), Stretch(2, 6.4, 9.0))
PHONES = tuple(
    Phone("ɑ" if k % 2 else "m", start + 0.1 * k, start + 0.1 * k + 0.1, k % 2)
    for start in (0.5, 3.4, 6.4)
    for k in range(24)
)
JAW = ARKIT.index("jawOpen")


def turns():
    return turns_of(SCRIPT, STRETCHES, 10.0)


def seen(who):
    course = Conditioning(feelings(turns(), who))
    return facing(Avatar(), FaceRequest(course, 10.0), turns(), PHONES, who)


def test_two_to_six_speakers_are_found_and_one_or_seven_are_none():
    assert speakers_of(SCRIPT) == ("Ada", "Ben")
    assert speakers_of(parse_script("Hello. [voice Ada] Hi.")) == ("", "Ada")
    assert speakers_of(parse_script("[joy] Hello. [fear] Hi.")) is None
    assert speakers_of(parse_script("Hello. [voice Ada] Hi. [voice Ben] Ho.")) == ("", "Ada", "Ben")
    names = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Fay", "Gus")
    said = [f"[voice {name}] Hi." for name in names]
    assert speakers_of(parse_script(" ".join(said[:6]))) == names[:6]
    assert speakers_of(parse_script(" ".join(said))) is None


def three(who):
    """A face among three: Ada, Ben, Ada, then Cleo speak."""
    script = parse_script(
        "[voice Ada] [joy] Hi. [voice Ben] Ho. [voice Ada] Now? [voice Cleo] [fear] I must go."
    )
    stretches = tuple(Stretch(k, 2.5 * k + 0.2, 2.5 * k + 2.3) for k in range(4))
    order = turns_of(script, stretches, 10.0)
    request = FaceRequest(Conditioning(feelings(order, who)), 10.0)
    return order, facing(Avatar(), request, order, PHONES, who)


def test_who_speaks_among_three_speaks_to_who_spoke_before():
    order, _ = three(0)
    assert [(turn.who, turn.to) for turn in order] == [(0, 1), (1, 0), (0, 1), (2, 0)]


def test_three_look_at_who_speaks_and_the_speaker_at_the_one_it_answers():
    def turned(who, start, end):
        track = three(who)[1]
        return np.degrees(track.pose[(track.times > start) & (track.times < end), 4].mean())

    assert turned(1, 1.0, 2.2) < -4 and turned(1, 8.5, 9.8) > 4  # Ben between Ada and Cleo
    assert turned(2, 1.0, 2.2) < -7  # Cleo hears Ada,
    assert turned(2, 1.0, 2.2) + 3 < turned(2, 8.5, 9.8) < -1  # and then answers her, with less of a turn
    assert turned(0, 8.5, 9.8) > 7


def test_three_feel_with_who_speaks():
    order, _ = three(0)
    assert [feelings(order, who).at(9.5).label for who in range(3)] == ["fear"] * 3
    strengths = [feelings(order, who).at(9.5).intensity for who in range(3)]
    assert strengths[2] > 1.5 * max(strengths[:2])


def test_turns_cover_the_whole_and_tell_who_speaks():
    assert [t.who for t in turns()] == [0, 1, 0]
    assert turns()[0].start == 0.0
    assert turns()[-1].end == 10.0
    assert all(a.end == b.start for a, b in zip(turns(), turns()[1:], strict=False))
    at = speaking(turns())
    assert [at(t) for t in (0.0, 2.0, 4.0, 7.0, 20.0)] == [0, 0, 1, 0, 0]


def test_each_says_its_own_sounds_and_none_is_lost():
    mine = [own_phones(PHONES, turns(), who) for who in (0, 1)]
    assert sorted((*mine[0], *mine[1]), key=lambda p: p.start) == list(PHONES)
    assert all(3.2 <= p.start < 6.2 for p in mine[1])


def test_a_listener_echoes_the_speakers_emotion_weaker_and_later():
    ada, ben = feelings(turns(), 0), feelings(turns(), 1)
    assert ada.at(1.5).label == ben.at(1.5).label == "joy"
    assert 0.3 < ben.at(1.5).intensity < 0.8 < ada.at(1.5).intensity
    assert ada.at(5.2).label == ben.at(5.2).label == "fear"
    assert ada.at(5.2).intensity < ben.at(5.2).intensity
    border = turns()[1].start
    changed = [
        next(t for t in np.arange(2.0, 6.0, 0.02) if course.at(t).label == "fear") for course in (ben, ada)
    ]
    assert changed[0] < border + 0.1 < changed[1]


def test_both_look_at_each_other():
    yaw = [seen(who).pose[:, 4] for who in (0, 1)]
    assert np.degrees(yaw[0].mean()) > 7  # the left one to the picture's right
    assert np.degrees(yaw[1].mean()) < -7
    eyes = [
        seen(who).arkit[:, [ARKIT.index("eyeLookOutLeft"), ARKIT.index("eyeLookInLeft")]].mean(axis=0)
        for who in (0, 1)
    ]
    assert eyes[0][0] > eyes[0][1]
    assert eyes[1][0] < eyes[1][1]


def test_who_listens_turns_further_and_keeps_the_mouth_shut():
    ada, ben = seen(0), seen(1)
    first, second = (ada.times > 1.0) & (ada.times < 3.0), (ada.times > 4.2) & (ada.times < 6.0)
    assert ada.pose[second, 4].mean() > ada.pose[first, 4].mean() + np.radians(3)
    assert ada.arkit[first, JAW].std() > 3 * ada.arkit[second, JAW].std()
    assert ben.arkit[second, JAW].std() > 3 * ben.arkit[first, JAW].std()


def test_a_listener_nods_where_the_speaker_rests():
    ben = seen(1)
    quiet = Avatar().generate(
        FaceRequest(Conditioning(feelings(turns(), 1)), 10.0, own_phones(PHONES, turns(), 1))
    )
    nod = np.degrees(quiet.pose[:, 3] - ben.pose[:, 3])
    end = [p.end for p in PHONES if p.end < 3.3][-1]
    assert abs(ben.times[nod[: (4 * 25)].argmax()] - end) < 0.5
    assert 2 < nod.max() < 6


def test_the_shapes_stay_within_0_and_1_and_the_pictures_follow():
    track = seen(0)
    assert track.arkit.min() >= 0
    assert track.arkit.max() <= 1
    assert next(iter(track.frames())).shape == (512, 512, 4)
    assert {a.name: a.status for a in track.fulfilment}["dialogue"] == "honoured"


def test_an_engine_that_plays_no_takes_is_told():
    class Stiff(Avatar):
        def generate(self, request):
            return super().generate(replace(request, take=None))

    course = Conditioning(feelings(turns(), 0))
    track = facing(Stiff(), FaceRequest(course, 10.0), turns(), PHONES, 0)
    assert {a.name: a.status for a in track.fulfilment}["dialogue"] == "approximated"


def test_two_speakers_have_two_faces():
    heads = ("mara", "jonas", "lin")
    assert faces_for(("heart", "ben"), "", heads) == ("mara", "jonas")
    assert faces_for(("ben", "victor"), "", heads) == ("jonas", "mara")
    assert faces_for(("", "Ada"), "", heads) == ("mara", "jonas")
    assert faces_for(("kit", "pip"), "", ("pip", "sol", "kit")) == ("kit", "pip")
    assert faces_for(("heart", "ben"), "", ("pip", "sol")) == ("pip", "sol")
    assert faces_for(("a", "b"), "", ()) == ("", "")
    assert faces_for(("heart", "ben", "heart"), "", heads) == ("mara", "jonas", "lin")
