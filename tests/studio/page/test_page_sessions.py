from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from page_samples import take

from studio.page.left_behind import PREFIX, hold, sweep
from studio.page.sessions import Sessions

ROOT = Path(__file__).resolve().parents[3]


def soon(condition):
    """Whether it comes true within some seconds."""
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_each_page_has_a_folder_of_its_own_that_goes_with_it():
    sessions = Sessions(grace=0.0)
    one, two = sessions.folder("a"), sessions.folder("b")
    assert one != two and sessions.folder("a") == one
    assert one.parent == two.parent == sessions.root
    (one / "film.mp4").write_bytes(b"film")
    sessions.close("a")
    assert soon(lambda: not one.exists()) and two.exists()
    sessions.end()
    assert not sessions.root.exists()


def test_a_reloaded_page_finds_its_takes_and_its_folder_again():
    sessions = Sessions()
    visit = sessions.open("before", "")
    folder = sessions.folder("before")
    sessions.keep("before", [take(1), take(2)])
    sessions.close("before")
    assert sessions.open("after", visit) == visit
    assert [each.number for each in sessions.takes("after")] == [1, 2]
    assert sessions.folder("after") == folder and folder.exists()
    sessions.end()


def test_the_old_session_may_close_after_the_new_one_has_opened():
    sessions = Sessions(grace=0.0)
    visit = sessions.open("before", "")
    assert sessions.open("after", visit) == visit
    folder = sessions.folder("after")
    sessions.close("before")
    time.sleep(0.05)
    assert folder.exists()
    sessions.end()


def test_a_visit_that_nobody_knows_begins_anew_and_another_page_never_gets_it():
    sessions = Sessions()
    one = sessions.open("a", "made up")
    assert one != "made up" and sessions.open("a", "") == one
    sessions.keep("a", [take(1)])
    assert sessions.open("b", "") != one and sessions.takes("b") == []
    sessions.end()


def test_folders_of_pages_that_were_killed_are_swept_and_those_in_use_stay(tmp_path):
    command = (
        "import sys, time; from studio.page.left_behind import hold; from pathlib import Path\n"
        "held = hold(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    killed, mine, fresh = (tmp_path / f"{PREFIX}{name}" for name in ("killed", "mine", "fresh"))
    for folder in (killed, mine, fresh, tmp_path / "other"):
        folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", command, str(killed)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    with hold(mine):
        assert sweep(tmp_path) == []
        process.kill()
        process.wait()
        process.stdout.close()
        assert sweep(tmp_path) == [killed]
        assert {each.name for each in tmp_path.iterdir()} == {mine.name, fresh.name, "other"}
        os.utime(fresh, (0, 0))
        assert sweep(tmp_path) == [fresh]


def test_a_page_that_is_told_to_end_leaves_nothing_behind(tmp_path):
    command = (
        "import studio.page.app as app\n"
        "class Blocks:\n"
        "    def queue(self, **more): return self\n"
        "    def launch(self, **more):\n"
        "        import time; print('up', flush=True); time.sleep(60)\n"
        "app.page = lambda sessions: (sessions.folder('a') / 'film.mp4').write_bytes(b'film') and Blocks()\n"
        "app.launch(open_browser=False)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout.readline() == "up\n"
    assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGTERM
    process.stdout.close()
    assert list(tmp_path.iterdir()) == []
