from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from conditioning.sentences import sentences


@given(st.text(alphabet="ab .!?…\n\"'", max_size=60))
def test_sentences_lie_in_order_and_lose_no_word(text: str) -> None:
    spans = sentences(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert sum(c.isalpha() for c in kept) == sum(c.isalpha() for c in text)


def test_chinese_and_japanese_sentences_end_without_a_blank() -> None:
    text = "她来了。我很高兴！"
    assert [text[a:b] for a, b in sentences(text)] == ["她来了。", "我很高兴！"]
