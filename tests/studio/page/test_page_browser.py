"""The page in headless Chromium, from the first letter to the film; run alone with ``pytest -m browser``."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from studio.page.labels import label_lists

TOOL = Path(__file__).resolve().parents[3] / "tools" / "page_screenshot.py"
PICTURES = TOOL.parents[1] / "tests" / "pictures"
SCRIPT = "[joy] She is here! [fear] But why?"


def _tool():
    pytest.importorskip("selenium", reason="selenium is not installed")
    spec = importlib.util.spec_from_file_location("page_screenshot", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    if not (tool.CHROMIUM and tool.DRIVER):
        pytest.skip("Chromium or its driver is not installed")
    if not _loopback():
        pytest.skip("this machine cannot reach itself, so that no browser could reach the page")
    return tool


def _loopback():
    """Whether 127.0.0.1 can be reached; with all of the network cut off it may not."""
    with socket.socket() as server, socket.socket() as client:
        try:
            server.bind(("127.0.0.1", 0))
            server.listen(1)
            client.connect(server.getsockname())
        except OSError:
            return False
    return True


@pytest.fixture(scope="module")
def tool():
    return _tool()


@pytest.fixture(scope="module")
def page(tool, tmp_path_factory):
    """The opened page; tests share it, each begins with its own script."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield from _opened(tool)


def _opened(tool):
    with tool.served() as address, tool.browser(1440, 1000) as driver:
        tool.open_page(driver, address)
        yield driver


@pytest.fixture(scope="module")
def filmed(tool, page):
    """The page after a film of two emotions with all media, and how long that film is."""
    tool.write_script(page, SCRIPT)
    tool.choose(page, "Quality", "draft 360p")
    return page, tool.make_film(page)


def run_js(page, expression, *arguments):
    return page.execute_script(f"return {expression}", *arguments)


def text_of(page, selector):
    return run_js(page, "document.querySelector(arguments[0]).textContent", selector)


def show_tab(tool, page, name, selector):
    """Open a tab, which Gradio fills only then."""
    page.execute_script(
        "[...document.querySelectorAll('#c-tabs [role=tab]')]"
        ".find(tab => tab.textContent.trim() === arguments[0]).click()",
        name,
    )
    tool.wait(page, "document.querySelector(arguments[0])", selector)


def press(page, selector):
    page.execute_script("document.querySelector(arguments[0]).click()", selector)


def upload(page, selector, path):
    """Give a file to an upload button."""
    field = page.execute_script(
        "const button = document.querySelector(arguments[0]);"
        "return button.querySelector('input[type=file]') || button.parentElement.querySelector('input[type=file]');",
        selector,
    )
    field.send_keys(str(path))


def script_of(page):
    return run_js(page, "document.querySelector('#w-ed textarea').value")


pytestmark = pytest.mark.browser


@pytest.mark.timeout(1800)
def test_a_film_of_two_emotions_is_made_and_judged(tool, filmed):
    page, seconds = filmed
    assert 3 < seconds < 30
    assert run_js(page, "document.querySelectorAll('#score table.sections tbody tr').length") == 2
    assert "readings as asked" in text_of(page, "#score")
    for medium in ("speech", "face", "music", "video"):
        assert medium in text_of(page, "#score table")
        assert run_js(page, f"document.querySelectorAll('#chart .point.{medium}').length") > 0
    assert run_js(page, "document.querySelectorAll('#takes .take').length") == 1
    show_tab(tool, page, "Honoured", "#honoured li")
    assert run_js(page, "document.querySelectorAll('#honoured li').length") >= 4


@pytest.mark.timeout(1800)
def test_every_track_downloads_through_its_link(tool, filmed):
    page, _ = filmed
    show_tab(tool, page, "Tracks", "#tracks a")
    links = run_js(page, "[...document.querySelectorAll('#tracks a')].map(a => [a.download, a.href])")
    assert {"film.mp4", "voice.wav", "music.wav", "music.mid", "captions.vtt", "face.csv", "film.json"} <= {
        name for name, _ in links
    }
    for _, address in links:
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
            assert len(answer.read()) > 50


@pytest.mark.timeout(1800)
def test_the_page_with_its_film_is_no_blank_picture(tool, filmed, tmp_path):
    page, _ = filmed
    tool.stop_at(page, 0.4)
    picture = tool.picture_of(page)
    picture.save(tmp_path / "page.png")
    shades = np.asarray(picture.convert("L"), float)
    assert picture.size == (1440, 1000)
    assert shades.std() > 20
    film = shades[90:380, 880:1400]
    assert film.std() > 10 and film.mean() > 5


def test_a_wrong_label_is_told_and_a_click_puts_it_right(tool, page):
    tool.write_script(page, "[jooy] Hello there.")
    tool.wait(page, "document.querySelector('#script-help .bad button')")
    assert "Unknown emotion 'jooy'" in text_of(page, "#script-help")
    page.execute_script("document.querySelector('#script-help button').click()")
    tool.wait(page, "!document.querySelector('#script-help .bad')")
    assert script_of(page) == "[joy] Hello there."


def test_the_panel_and_the_timeline_write_marks(tool, page):
    tool.write_script(page, "She is here! [fear] But why?")
    tool.wait(page, "document.querySelectorAll('#w-tl .says button').length === 2")
    page.execute_script("document.querySelectorAll('#w-tl .says button')[1].click()")
    tool.wait(page, "document.querySelector('#c-emotion .title').textContent.includes('sentence 2')")
    page.execute_script("document.querySelector('#w-emo [data-only=anger]').click()")
    tool.wait(page, "document.querySelector('#w-ed textarea').value.includes('[anger]')")
    assert script_of(page) == "She is here! [anger] But why?"
    point = "document.querySelector('#w-tl circle[data-key=\"0-0\"]')"
    page.execute_script(
        f"{point}.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowUp', bubbles: true }}))"
    )
    tool.wait(page, "document.querySelector('#w-ed textarea').value.startsWith('[')")
    assert script_of(page) == "[v=0.05 a=0 d=0] She is here! [anger] But why?"


def test_names_in_the_browser_are_those_of_the_vocabulary(page):
    shared = (TOOL.parents[1] / "studio" / "page" / "static" / "nearness.js").read_text(encoding="utf-8")
    points = np.random.default_rng(7).uniform(-1, 1, (50, 3))
    points[0], points[1] = 0.0, 1e-3
    for listed in label_lists().values():
        labels = [
            {"name": label.name, "mean": label.vad.array().tolist(), "spread": list(label.sd)}
            for label in listed.labels
        ]
        found = page.execute_script(
            f"{shared}\nreturn arguments[0].map(point => nearness(point, arguments[1]));",
            points.tolist(),
            labels,
        )
        assert np.allclose(found, listed.nearness(points), atol=1e-9), listed.name


@pytest.mark.timeout(1800)
def test_a_voice_is_heard_chosen_and_spoken_with(tool, page):
    tool.write_script(page, SCRIPT)
    tool.unfold(page, "Voice")
    tool.wait(page, "document.querySelectorAll('#w-voices [role=radio]').length > 5")
    press(page, "#w-voices .hear[data-i='3']")
    tool.wait(page, "document.querySelector('#w-voices .hear.plays[data-i=\"3\"]')")
    radio = "document.querySelector('#w-voices [role=radio][data-i=\"2\"]')"
    page.execute_script(f"{radio}.focus()")
    page.execute_script(
        f"{radio}.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowRight', bubbles: true }}))"
    )
    tool.wait(page, "document.querySelector('input[aria-label=\"speech character\"]').value === 'theo'")
    assert "young man" in text_of(page, "#w-voices p")
    press(page, "#hear")
    tool.wait(page, "!document.querySelector('#w-voices .hear.plays')")


@pytest.mark.timeout(1800)
def test_a_face_is_a_portrait_an_own_character_or_a_plan_and_faults_stand_beside_their_fields(tool, page):
    tool.write_script(page, SCRIPT)
    tool.choose(page, "face engine", "avatar")
    tool.unfold(page, "Face")
    tool.wait(page, "document.querySelectorAll('#w-faces img').length === 3")
    upload(page, "#portrait", PICTURES / "chelsea.jpg")
    tool.wait(page, "document.querySelector('#face-note .bad')")
    assert "no face" in text_of(page, "#face-note")
    upload(page, "#portrait", PICTURES / "astronaut.jpg")
    tool.wait(page, "document.querySelector('#face-note img')")
    tool.unfold(page, "Plan of the face")
    tool.wait(page, "document.querySelector('#show-plan')")
    press(page, "#show-plan")
    tool.wait(page, "document.querySelector('#plan textarea').value.includes('[[moment]]')")
    assert run_js(
        page, "document.querySelector('#face-note img') !== null"
    )  # the engine's change left it there
    tool.unfold(page, "Your own character")
    tool.wait(page, "document.querySelector('#use-look')")
    press(page, "#use-look")
    tool.wait(page, "document.querySelector('#own-note img')")
    tool.wait(page, "document.querySelector('input[aria-label=\"face character\"]').value === 'your own'")


@pytest.mark.timeout(1800)
def test_settings_can_be_copied_and_takes_outlive_a_reload(tool, page, tmp_path):
    tool.write_script(page, "[joy] Oh!")
    if not run_js(page, "document.querySelector('#portrait')"):
        tool.unfold(page, "Face")
    portrait = shutil.copy(PICTURES / "astronaut.jpg", tmp_path / "me.jpg")
    answered = "document.querySelector('#face-note')?.textContent.includes('me.jpg can be moved')"
    upload(page, "#portrait", portrait)
    tool.wait(page, answered)
    tool.choose(page, "Layout", "circle")
    tool.choose(page, "Quality", "draft 360p")
    show_tab(tool, page, "Repeat", "#repeat pre")
    command = run_js(page, "document.querySelector('#repeat pre').textContent")
    assert "--layout=circle" in command and "--height=360" in command and "me.jpg" in command
    before = run_js(page, "document.querySelectorAll('#takes .take').length")
    press(page, "#generate")
    tool.wait(page, "document.querySelectorAll('#takes .take').length === arguments[0]", before + 1)
    show_tab(tool, page, "Tracks", "#tracks .make")
    press(page, "#tracks [data-name='words.srt']")
    tool.wait(page, "document.querySelector('#tracks a[download=\"words.srt\"]')")
    page.refresh()
    tool.wait(page, "document.querySelectorAll('#takes .take').length === arguments[0]", before + 1)
    assert run_js(page, "document.querySelector('#film video') !== null")
