"""Makes ``docs/page.jpg``: the web page after a real film was made on it, photographed in headless Chromium.

    python tools/page_screenshot.py
    python tools/page_screenshot.py --width 390 --height 844 --dark --out phone.jpg

Needs the ``test`` extra (selenium) and Chromium with its driver. Other sizes show how the page looks elsewhere. The
browser test of the page opens it and makes its film with the functions of this file.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = (
    "[hope] A letter came this morning. [joy] She is coming home! "
    "[fear:0.6] But what if I have changed too much? [serenity] Then we shall simply begin again."
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
    "--hide-scrollbars", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
LARGEST = 500_000  # bytes of the picture
PATIENCE = 900  # seconds that a start or a film may take on a busy machine

# The page in a process of its own, which ends with the one that started it, however that ends.
_SERVE = """
import os, signal, sys, threading, time
from studio.page.app import launch

def follow(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=follow, args=(int(sys.argv[2]),), daemon=True).start()
launch(port=int(sys.argv[1]), open_browser=False)
"""


@contextmanager
def served() -> Iterator[str]:
    """The address of the page in a process of its own.

    Raises:
        RuntimeError: the process ended before it answered.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, str(port), str(os.getpid())]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _await_answer(port, process)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the page ended with {process.returncode}")
        time.sleep(0.2)
    raise RuntimeError("the page does not answer")


@contextmanager
def browser(width: int, height: int) -> Iterator[webdriver.Chrome]:
    """Headless Chromium with a window of that size."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        yield driver
    finally:
        driver.quit()


def wait(driver: webdriver.Chrome, condition: str, *arguments: object) -> None:
    """Wait until a JavaScript expression is true.

    Raises:
        selenium.common.exceptions.TimeoutException: it never is.
    """
    WebDriverWait(driver, PATIENCE, 0.2).until(
        lambda d: d.execute_script(f"return {condition}", *arguments), condition
    )


def open_page(driver: webdriver.Chrome, address: str) -> None:
    """Open the page and wait until its widgets stand."""
    driver.get(address)
    wait(driver, "document.querySelectorAll('#w-tl svg circle').length > 0")


def write_script(driver: webdriver.Chrome, script: str) -> None:
    """Put a text into the script box and wait until the page has read it."""
    driver.execute_script(
        "const box = document.querySelector('#w-ed textarea'); box.value = '';"
        "box.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    wait(driver, "document.querySelector('#script-help .bad')?.innerText.includes('empty')")
    driver.execute_script(
        "const box = document.querySelector('#w-ed textarea'); box.value = arguments[0];"
        "box.dispatchEvent(new Event('input', { bubbles: true }));",
        script,
    )
    wait(driver, "!document.querySelector('#script-help').innerText.includes('is empty')")


def choose(driver: webdriver.Chrome, label: str, value: str) -> None:
    """Choose from one of the page's lists.

    Raises:
        LookupError: the list has no such value.
    """
    driver.find_element(By.CSS_SELECTOR, f"input[aria-label='{label}']").click()
    wait(driver, "document.querySelectorAll('[role=option]').length > 0")
    for option in driver.find_elements(By.CSS_SELECTOR, "[role=option]"):
        if value in (option.get_attribute("aria-label"), option.text.strip()):
            option.click()
            return
    raise LookupError(f"{label} has no {value}")


def unfold(driver: webdriver.Chrome, name: str) -> None:
    """Open a folded part of the page by its name."""
    fold = (
        "[...document.querySelectorAll('.fold button')].find(each => each.textContent.includes(arguments[0]))"
    )
    wait(driver, fold, name)
    driver.execute_script(f"{fold}.click()", name)
    time.sleep(0.5)  # it slides open


def show_tab(driver: webdriver.Chrome, name: str) -> None:
    """Open one of the tabs below the film."""
    tab = "[...document.querySelectorAll('#c-tabs [role=tab]')].find(each => each.textContent.trim() === arguments[0])"
    wait(driver, tab, name)
    driver.execute_script(f"{tab}.click()", name)
    time.sleep(1)  # what stands in it is asked of the server


def lengthen(driver: webdriver.Chrome) -> None:
    """Make the window as high as the page."""
    width, height = driver.execute_script("return [innerWidth, document.documentElement.scrollHeight]")
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    time.sleep(1)


def make_film(driver: webdriver.Chrome) -> float:
    """Press the button and wait for the film; its seconds.

    Raises:
        RuntimeError: the page says that no film could be made.
    """
    driver.find_element(By.ID, "generate").click()
    fault = "document.querySelector('#stages .bad')?.innerText"
    film = "document.querySelector('#film video')"
    wait(driver, f"{fault} || ({film}?.readyState > 1 && {film}.duration > 0)")
    said = driver.execute_script(f"return {fault}")
    if said:
        raise RuntimeError(said)
    return float(driver.execute_script(f"return {film}.duration"))


def stop_at(driver: webdriver.Chrome, share: float) -> None:
    """Let the film stand at a share of its length, and scroll to the top."""
    driver.execute_script(
        "const film = document.querySelector('#film video');"
        "film.currentTime = film.duration * arguments[0]; scrollTo(0, 0); document.activeElement.blur();",
        share,
    )
    wait(driver, "!document.querySelector('#film video').seeking")
    time.sleep(3)  # the player's own controls fade


def picture_of(driver: webdriver.Chrome) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")


def photograph(driver: webdriver.Chrome, out: Path) -> None:
    """Write what the window shows as JPEG, under the size that a page of documents should load."""
    picture = picture_of(driver)
    out.parent.mkdir(parents=True, exist_ok=True)
    for quality in (90, 84, 76, 66):
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.stat().st_size < LARGEST:
            return


def main() -> None:
    """Make a film on the page and photograph it."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "page.jpg")
    options.add_argument("--width", type=int, default=1440)
    options.add_argument("--height", type=int, default=1240)
    options.add_argument("--dark", action="store_true")
    options.add_argument("--script", default=SCRIPT)
    options.add_argument("--quality", default="720p", help="as it stands in the page's list")
    options.add_argument("--still", type=float, default=0.4, help="share of the film at which it stands")
    options.add_argument("--open", action="append", default=[], help="a folded part to open (repeatable)")
    options.add_argument("--tab", default="", help="the tab to open below the film")
    options.add_argument("--whole", action="store_true", help="photograph the whole page, however long")
    options.add_argument("--empty", action="store_true", help="photograph the page before any film")
    wanted = options.parse_args()
    with served() as address, browser(wanted.width, wanted.height) as driver:
        open_page(driver, address)
        if wanted.dark:
            driver.find_element(By.CSS_SELECTOR, "#top button").click()
        write_script(driver, wanted.script)
        for name in wanted.open:
            unfold(driver, name)
        if not wanted.empty:
            choose(driver, "Quality", wanted.quality)
            make_film(driver)
            stop_at(driver, wanted.still)
        if wanted.tab:
            show_tab(driver, wanted.tab)
        if wanted.whole:
            lengthen(driver)
        photograph(driver, wanted.out)
    print(f"{wanted.out}: {wanted.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
