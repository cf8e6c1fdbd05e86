import json
import threading

import pytest

from conditioning.errors import Cancelled, InputFileError, ManifestError, UnknownNameError
from studio.batch import read_manifest, run_batch
from studio.request import FilmRequest
from studio.studio import Studio

TINY = {"media": ["speech"], "height": 144, "judge": False, "captions": False, "fps": 5}


@pytest.fixture(scope="module")
def studio():
    return Studio()


def write(path, *lines):
    path.write_text(
        "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines) + "\n", encoding="utf-8"
    )
    return path


def run(lines, out, studio, **more):
    cancel = more.pop("cancel", threading.Event())
    return list(
        run_batch(lines, out, studio=studio, progress=lambda line: lambda *_: None, cancel=cancel, **more)
    )


def test_faulty_lines_carry_their_number_and_do_not_stop_the_rest(tmp_path, studio):
    manifest = write(
        tmp_path / "m.jsonl",
        {"id": "good", "script": "[joy] Hello.", **TINY},
        {"script": "Hello.", "emotoin": "joy"},
        "{not json",
        {"id": "bad-label", "script": "[jooy] Hello.", **TINY},
        "",
        {"id": "last", "script": "[fear] Hello.", **TINY},
    )
    outcomes = run(read_manifest(manifest), tmp_path / "out", studio)
    assert [o.status for o in outcomes] == ["done", "failed", "failed", "failed", "done"]
    results = [json.loads(x) for x in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert [r["line"] for r in results] == [1, 2, 3, 4, 6]
    assert "emotoin" in results[1]["error"] and "emotion" in results[1]["remedy"]
    assert "'joy'" in results[3]["error"] + results[3]["remedy"]
    assert all(r["exit_code"] == 2 for r in results[1:4])
    assert (tmp_path / "out" / "good.mp4").exists() and not (tmp_path / "out" / "bad-label.mp4").exists()


def test_resuming_keeps_what_is_done_and_remakes_what_has_changed(tmp_path, studio):
    first = [{"id": "a", "script": "Hello.", **TINY}, {"id": "b", "script": "Good day.", **TINY}]
    out = tmp_path / "out"
    run(read_manifest(write(tmp_path / "m.jsonl", *first)), out, studio)
    made = (out / "a.mp4").stat().st_mtime_ns
    changed = [first[0], {**first[1], "emotion": "joy"}, {"id": "c", "script": "Bye.", **TINY}]
    outcomes = run(read_manifest(write(tmp_path / "m.jsonl", *changed)), out, studio, resume=True)
    assert [o.status for o in outcomes] == ["kept", "done", "done"]
    assert (out / "a.mp4").stat().st_mtime_ns == made


def test_a_cancelled_batch_keeps_what_is_done_and_leaves_no_half_film(tmp_path, studio):
    lines = read_manifest(
        write(tmp_path / "m.jsonl", *[{"id": x, "script": "Hello.", **TINY} for x in "abc"])
    )
    cancel = threading.Event()

    def watch(line):
        if line.name == "b":
            cancel.set()
        return lambda *_: None

    seen = []
    with pytest.raises(Cancelled):
        seen.extend(run_batch(lines, tmp_path / "out", studio=studio, progress=watch, cancel=cancel))
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"results.jsonl", "a.mp4", "a.json", "a.tracks"}


def test_a_script_file_is_read_beside_the_manifest(tmp_path):
    (tmp_path / "s.txt").write_text("[joy] Hello.", encoding="utf-8")
    (line, missing) = read_manifest(
        write(tmp_path / "m.jsonl", {"script_file": "s.txt"}, {"script_file": "no.txt"})
    )
    assert line.request.script == "[joy] Hello."
    assert isinstance(missing.error, ManifestError) and "no.txt" in str(missing.error)


@pytest.mark.parametrize("name", ["../up", "a/b", "", 7])
def test_an_id_that_would_leave_the_folder_is_refused(tmp_path, name):
    (line,) = read_manifest(write(tmp_path / "m.jsonl", {"id": name, "script": "Hello."}))
    assert isinstance(line.error, ManifestError)


def test_the_same_id_twice_is_refused(tmp_path):
    _, second = read_manifest(write(tmp_path / "m.jsonl", *[{"id": "a", "script": "Hello."}] * 2))
    assert "used before" in str(second.error)


def test_a_missing_or_empty_manifest_is_named(tmp_path):
    with pytest.raises(InputFileError, match="does not exist"):
        read_manifest(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(InputFileError, match="is empty"):
        read_manifest(tmp_path / "empty.jsonl")


def test_requests_differ_in_their_key_where_any_field_differs():
    one = FilmRequest.read({"script": "Hello."})
    assert one.key == FilmRequest.read({"script": "Hello."}).key
    assert (
        len(
            {
                one.key,
                *(FilmRequest.read({"script": "Hello.", **x}).key for x in ({"seed": 1}, {"emotion": "joy"})),
            }
        )
        == 3
    )


def test_an_unknown_field_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="voice"):
        FilmRequest.read({"script": "Hello.", "voise": "x"})


@pytest.mark.parametrize(
    ("shape", "size"), [("16:9", (1280, 720)), ("9:16", (720, 1280)), ("1:1", (720, 720))]
)
def test_the_shape_gives_the_size(shape, size):
    assert FilmRequest.read({"script": "x", "format": shape}).size == size
