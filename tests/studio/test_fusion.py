import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import RequestError
from conditioning.vad import VAD
from studio.fusion import Source, fuse, source_of
from studio.judges.base import Reading

axis = st.floats(-1, 1)
points = st.builds(VAD, axis, axis, axis)
errors = st.tuples(*[st.floats(0.05, 0.8)] * 3)
weights = st.tuples(*[st.floats(0.1, 3)] * 3)


@st.composite
def several(draw):
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, unique=True))
    return {n: Source(n, draw(points), draw(errors), {}, draw(weights)) for n in names}


@given(several())
def test_the_fused_point_lies_between_the_sources(sources):
    found = fuse(sources).emotion.felt
    for name in ("valence", "arousal", "dominance"):
        values = [getattr(s.point, name) for s in sources.values()]
        assert min(values) - 1e-6 <= getattr(found, name) <= max(values) + 1e-6


@given(several())
def test_shares_sum_to_one_on_every_axis(sources):
    shares = fuse(sources).shares.values()
    assert [sum(axis) for axis in zip(*shares, strict=True)] == pytest.approx([1, 1, 1])


@given(several(), points)
def test_a_missing_source_changes_nothing(sources, point):
    assert fuse({**sources, "gone": None}).emotion == fuse(sources).emotion
    assert (
        fuse({**sources, "mute": Source("mute", point, (0.3, 0.3, 0.3), {}, (0.0, 0.0, 0.0))}).emotion
        == fuse(sources).emotion
    )


def test_the_surer_source_counts_for_more_on_its_axis():
    voice = Source("voice", VAD(0, 1, 0), (0.6, 0.2, 0.3))
    face = Source("face", VAD(1, 0, 0), (0.3, 0.6, 0.3))
    felt = fuse({"voice": voice, "face": face}).emotion.felt
    assert felt.valence > 0.7 and felt.arousal > 0.7


def test_a_source_can_count_on_one_axis_alone():
    voice = Source("voice", VAD(0, 1, 0), (0.3, 0.3, 0.3), weight=(0.0, 1.0, 1.0))
    face = Source("face", VAD(1, 0, 0), (0.3, 0.3, 0.3))
    felt = fuse({"voice": voice, "face": face}).emotion.felt
    assert felt.valence == pytest.approx(1.0) and felt.arousal == pytest.approx(0.5)
    with pytest.raises(RequestError, match="axis"):
        fuse({"voice": voice})


def test_names_come_from_the_sources_that_tell_them():
    voice = Source("voice", VAD(-0.5, 0.6, 0.3), (0.3, 0.2, 0.2), {"anger": 0.7, "disgust": 0.3})
    scene = Source("scene", VAD(-0.2, 0.4, 0.0), (0.3, 0.2, 0.6))
    assert set(fuse({"voice": voice, "scene": scene}).emotion.mixture) == {"anger", "disgust"}


def test_an_unsure_reading_is_missing():
    unsure = Reading({"joy": 0.5, "fear": 0.5}, VAD(), (0.3, 0.3, 0.3), confidence=0.2, floor=0.3)
    assert source_of("face", unsure) is None
    with pytest.raises(RequestError, match="No source"):
        fuse({"face": source_of("face", unsure)})
