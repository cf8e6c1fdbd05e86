from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_samples import SECTIONS, scorecard_of, take, timed, write_clip
from PIL import Image

from conditioning.errors import EngineError, ScriptError
from generators.base import Aspect
from studio.page.running import Update
from studio.page.score_views import chart, scorecard
from studio.page.takes import find, ordered, starred, thumbnail
from studio.page.views import blank, fault_note, film_player, honoured, note, shelf, stages, title, tracks
from studio.request import FilmRequest

SHARES = {"speech": 0.1, "music": 0.1, "face": 0.1, "video": 0.1, "film": 0.5, "judge": 0.1}
EVIL = '<img src=x onerror="alert(1)">${alert(1)}{{x}}'
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


class Page(HTMLParser):
    """Tags, attributes and text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data):
        self.text += data

    def all(self, name):
        return [attributes[name] for attributes in self.attributes if name in attributes]


def bars(html):
    return [int(value) for value in Page(html).all("aria-valuenow")]


@given(texts)
def test_what_a_user_wrote_is_shown_as_text_and_never_as_tags(text):
    fault = ScriptError(text, text, line=1, column=1, suggestions=[text])
    for html, plain in (
        (note(text), note("x")),
        (blank(text), blank("x")),
        (title(text), title("x")),
        (stages(Update(0.5, text, 1.0), SHARES, ()), stages(Update(0.5, "x", 1.0), SHARES, ())),
    ):
        assert Page(html).tags == Page(plain).tags
        assert text in Page(html).text
    page = Page(fault_note(fault))
    assert page.tags == ["div", "span", "button"]
    assert page.all("data-name") == [text]


def test_a_request_full_of_tags_is_harmless_on_the_shelf_and_in_the_lists():
    evil = take(
        request=FilmRequest(script=EVIL, voice=EVIL, language=EVIL),
        aspects=(Aspect("emotion", "ignored", EVIL), Aspect(EVIL, "honoured", "")),
        scorecard=scorecard_of(read=EVIL, asked=EVIL),
    )
    for html in (shelf([evil]), honoured(evil), scorecard(evil), chart(evil)):
        page = Page(html)
        assert "onerror" not in {name for attributes in page.attributes for name in attributes}
        assert page.tags.count("img") == html.count('<img src="data:')


def test_only_names_of_a_script_can_be_put_right_by_a_click():
    assert "button" in Page(fault_note(ScriptError("?", line=1, column=1, suggestions=["joy"]))).tags
    assert "button" not in Page(fault_note(EngineError("No weights.", "Name them."))).tags
    assert "Name them." in Page(fault_note(EngineError("No weights.", "Name them."))).text


def test_the_bars_fill_one_after_the_other():
    assert bars(stages(None, SHARES, tuple(SHARES))) == [0] * 6
    assert bars(stages(Update(0.15, "", 0), SHARES, tuple(SHARES))) == [100, 50, 0, 0, 0, 0]
    assert bars(stages(Update(1.0, "", 0), SHARES, tuple(SHARES))) == [100] * 6


def test_media_that_are_left_out_are_struck_through():
    html = stages(Update(1.0, "", 0), SHARES, ("speech", "video"))
    assert bars(html) == [100, 0, 0, 100, 100, 100]
    assert Page(html).all("class").count("off") == 2


def test_the_seconds_left_are_told_where_they_are_known():
    assert "12 s, about 30 s left" in Page(stages(Update(0.3, "", 12.2, 30.1), SHARES, ())).text
    assert "left" not in Page(stages(Update(0.3, "", 12.2), SHARES, ())).text


def test_before_the_first_film_every_place_says_what_will_stand_there():
    for html in (film_player(None), chart(None), scorecard(None), honoured(None), tracks(None), shelf([])):
        assert len(Page(html).text) > 20


def test_what_fell_short_is_told_first():
    aspects = (
        Aspect("emotion", "honoured", ""),
        Aspect("mixture", "ignored", "It knows one at a time."),
        Aspect("timeline", "approximated", "Once a second."),
    )
    text = Page(honoured(take(aspects=aspects))).text
    assert text.index("ignored") < text.index("approximated") < text.index("honoured")
    assert "mixture: It knows one at a time." in text


def test_every_track_has_a_link_that_downloads_it(tmp_path):
    folder = tmp_path / "a folder with ümlauts"
    folder.mkdir()
    files = ("music.mid", "voice.wav", "captions.vtt")
    for name in (*files, "film.json", "film.mp4"):
        (folder / name).write_bytes(b"0" * 2000)
    page = Page(tracks(take(folder=folder, files=files)))
    assert page.all("download") == ["film.mp4", "voice.wav", "music.mid", "captions.vtt", "film.json"]
    assert all(" " not in href and href.startswith("gradio_api/file=") for href in page.all("href"))
    assert page.tags.count("audio") == 1
    assert "2.0 kB" in page.text


def test_a_file_that_went_is_said_to_be_gone(tmp_path):
    assert "no longer there" in tracks(take(folder=tmp_path))


def test_the_scorecard_counts_what_was_read_as_asked():
    assert "1 of 1" in Page(scorecard(take(scorecard=scorecard_of("joy", "joy")))).text
    missed = Page(scorecard(take(scorecard=scorecard_of("anger", "joy")))).text
    assert "0 of 1" in missed and "✗ anger" in missed and "61%, asked joy" in missed
    assert "64%" in missed and "14%" in missed


def test_quadrants_are_explained_where_they_are_asked():
    assert "Q1 is" in scorecard(take(scorecard=scorecard_of("Q1", "Q1")))
    assert "Q1 is" not in scorecard(take(scorecard=scorecard_of()))


def test_a_film_that_was_not_judged_says_so():
    assert "not judged" in chart(take())
    assert "read by the judges" in scorecard(take())


@pytest.mark.parametrize(("value", "row"), [(1.0, 0), (0.0, 0), (-1.0, 1)])
def test_readings_stand_in_the_chart_by_time_and_value(value, row):
    html = chart(take(scorecard=scorecard_of(curve=(timed(value, value, start=2.0),))))
    place = re.findall(r"left:([\d.]+)%;top:([\d.]+)px", html)[row]
    zero = re.findall(r'd="M0 ([\d.]+)H1000"', html)[row]
    assert float(place[0]) == pytest.approx(50)
    assert np.sign(float(zero) - float(place[1])) == np.sign(value)


def test_the_chart_shows_every_section_and_marks_unsure_readings():
    html = chart(take(scorecard=scorecard_of(curve=(timed(0.5, 0.5, confidence=0.1),))))
    assert html.count('stroke-width="4"') == 2 * len(SECTIONS)
    assert html.count("unsure") == 2


def test_favourites_come_first_then_the_newest():
    takes = starred([take(1), take(2), take(3)], 1)
    assert [each.number for each in ordered(takes)] == [1, 3, 2]
    assert [each.number for each in ordered(starred(takes, 1))] == [3, 2, 1]
    assert find(takes, 2).number == 2 and find(takes, 9) is None


def test_a_take_knows_the_request_that_made_it():
    request = FilmRequest(script="[fear] Oh.", seed=11, media=("speech",))
    assert take(request=request).request == request


def test_the_thumbnail_is_the_frame_of_its_time(tmp_path):
    write_clip(tmp_path / "film.mp4", (0, 255))
    for seconds, shade in ((0.5, 0), (1.5, 255)):
        address = thumbnail(tmp_path / "film.mp4", seconds)
        picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
        assert picture.size == (320, 180)
        assert abs(float(np.mean(np.asarray(picture))) - shade) < 12
