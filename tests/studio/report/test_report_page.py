import base64
import html.parser
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.report.charts import Band, bars, heatmap, lines
from studio.report.markup import Html, escaped
from studio.report.page import audio, image, note, page, paragraph, section, strip, table

VOID = {"meta", "img", "br", "input", "link", "hr"}
SVG_LEAVES = {"path", "rect"}


class Tree(html.parser.HTMLParser):
    """Collects tags, texts and attributes, and fails on tags that do not close in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts, self.attributes = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag, name):
        return [value for own, key, value in self.attributes if own == tag and key == name]


def everything(text):
    curves = {text: [(0, 0.1), (1, 0.5)], "b" * 41: [(0, float("nan")), (1, 0.2)]}
    return page(
        text,
        [
            text,
            section(
                text,
                paragraph(text),
                note(text),
                table([text, "n"], [[text, 1.5], ["x", None]], text, marked=0),
            ),
            heatmap(np.eye(2), [text, "b"], ["a", text], text, corner=text),
            lines(curves, text, text, 0, 1, text, [Band(0, 1, text, text)], dashed=[text]),
            bars({text: (0.5, 0.2, 0.7)}, text, marks={text: 0.1}),
            audio("a b.wav", text),
            image(b"\x89PNG....", text),
            strip([(b"\xff\xd8\xff", text)], text),
        ],
        subtitle=text,
        language=text,
    )


PLAIN = Tree(everything("plain")).tags


@given(
    st.text(min_size=1, max_size=40)
    | st.sampled_from(["<script>x</script>", '"><img src=x onerror=y>', "</style>", "'&<!--"])
)
def test_no_text_becomes_markup(text):
    tree = Tree(everything(text))
    assert tree.tags == PLAIN
    assert not [name for _, name, _ in tree.attributes if name.startswith("on")]


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1))
def test_all_texts_can_be_read_in_the_page(text):
    assert text in Tree(paragraph(text)).texts[0]


def test_a_page_needs_no_script_and_no_network():
    text = everything("plain")
    tree = Tree(text)
    assert "script" not in tree.tags and "link" not in tree.tags
    assert "http" not in text and "url(" not in text and "@import" not in text
    assert all(
        value.startswith("data:") or value == "a%20b.wav"
        for value in tree.all("img", "src") + tree.all("audio", "src")
    )


def test_markup_is_escaped_once():
    assert escaped(escaped("<")) == "&lt;" and isinstance(escaped("a"), Html)
    assert section("t", paragraph("<")).count("&lt;") == 1


def test_bytes_are_put_into_the_page_whole():
    content = b"RIFF\x00\x00\x00\x00WAVE\x01\x02\x03"
    (source,) = Tree(audio(content)).all("audio", "src")
    kind, _, data = source.partition(";base64,")
    assert kind == "data:audio/wav" and base64.b64decode(data) == content


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../a.wav", "https://x.org/a.wav", "//x/a.wav", "javascript:x"]
)
def test_links_stay_beside_the_page(path):
    with pytest.raises(ValueError, match="beside"):
        audio(path)


def test_unknown_bytes_are_refused():
    with pytest.raises(ValueError, match="known kind"):
        image(b"GIF89a")


def test_numbers_are_flush_right_and_what_is_missing_is_a_dash():
    text = table(["name", "share", "x"], [["a", "67%", float("nan")], ["b", "–", 2]])
    assert text.count("class=n") == 2 * 3 and text.count("–") == 2


def test_a_row_of_another_length_is_told():
    with pytest.raises(ValueError, match="2 cells"):
        table(["a"], [["x", "y"]])


def test_a_heat_map_shows_its_numbers_and_is_darkest_where_most_of_a_row_lies():
    tree = Tree(heatmap(np.array([[8, 2], [50, 50]]), ["a", "b"], ["a", "b"]))
    shades = [float(value.split(":")[1]) for value in tree.all("td", "style")]
    assert [text for text in tree.texts if text.isdigit()] == ["8", "2", "50", "50"]
    assert shades[0] == max(shades) and shades[2] == shades[3]


def test_a_heat_map_without_counts_is_drawn():
    assert "–" in heatmap(np.array([[np.nan, 0.25]]), ["a"], ["a", "b"], by_row=False)
    with pytest.raises(ValueError, match="shape"):
        heatmap(np.eye(2), ["a"], ["a", "b"])


def heights(markup):
    """Of the first curve: y of its points in the stretched picture."""
    paths = [d for d in Tree(markup).all("path", "d") if "L" in d]
    return [float(point.split()[1]) for point in paths[0].removeprefix("M").split("L")]


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=9))
def test_higher_values_are_drawn_higher_and_none_leaves_the_chart(values):
    drawn = heights(lines({"a": list(enumerate(values))}))
    assert all(0 <= y <= 200 for y in drawn)
    for (one, other), (here, there) in zip(pairwise(values), pairwise(drawn), strict=True):
        assert one < other or here <= there + 1e-9


def test_a_missing_reading_interrupts_the_curve_and_a_lonely_one_is_a_dot():
    nan = float("nan")
    text = lines({"a": [(0, 0.0), (1, 0.1), (2, nan), (3, 0.5), (4, nan)]})
    paths = Tree(text).all("path", "d")
    assert sum("L" in d for d in paths) == 1 and sum(d.endswith("h0") for d in paths) == 1


def test_charts_without_anything_are_drawn():
    for text in (lines({}), lines({"a": []}), bars({}), lines({"a": [(3, 1)]}, low=0, high=2)):
        Tree(text)


@pytest.mark.parametrize("chart", [lambda: lines({}, low=1, high=1), lambda: bars({}, low=1, high=0)])
def test_an_empty_range_is_told(chart):
    with pytest.raises(ValueError, match="high"):
        chart()


def test_bars_are_as_long_as_their_values_and_say_their_interval():
    text = bars({"a": (0.5, 0.25, 0.75), "b": (float("nan"),) * 3}, marks={"chance": 0.125})
    tree = Tree(text)
    assert "500.0" in tree.all("rect", "width")
    words = "".join(tree.texts)
    assert "50%" in words and "(25% to 75%)" in words and "chance 12%" in words and "–" in words
