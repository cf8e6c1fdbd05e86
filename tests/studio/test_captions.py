import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generators.base import Stretch, Word
from studio.captions import captions, draw


def spoken(text, start=0.0, pace=0.3):
    return [Word(w, start + i * pace, start + (i + 1) * pace) for i, w in enumerate(text.split())]


@given(
    st.lists(
        st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=12),
        min_size=1,
        max_size=60,
    )
)
def test_every_word_is_shown_once_in_order_and_lines_do_not_overlap(texts):
    words = spoken(" ".join(texts))
    lines = captions(words)
    assert " ".join(line.text for line in lines).split() == [w.text for w in words]
    assert all(a.end <= b.start for a, b in itertools.pairwise(lines))
    assert all(len(line.text) <= 42 or " " not in line.text for line in lines)


def test_a_line_ends_with_its_sentence():
    lines = captions(spoken("She is here. Come in now!"))
    assert [line.text for line in lines] == ["She is here.", "Come in now!"]


def test_a_line_never_reaches_over_two_spans():
    words = [*spoken("and then", 0.0), *spoken("it rained", 1.0)]
    lines = captions(words, [Stretch(0, 0.0, 0.6), Stretch(1, 1.0, 1.6)])
    assert [line.text for line in lines] == ["and then", "it rained"]


def test_a_drawn_caption_fits_the_frame_and_shows_white_letters():
    for size in ((1280, 720), (720, 1280), (256, 144)):
        picture = draw("But what if she walks right past me, again", size)
        assert picture.shape[1] <= size[0]
        assert picture.dtype == np.uint8
        assert (picture[..., :3].min(axis=2) > 240).any()
