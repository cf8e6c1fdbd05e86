import csv
import os

import pytest
from factories.scored_media import (
    PlainJudge,
    broken_files,
    plain_judges,
    write_picture,
    write_small_film,
    write_tone,
)

from conditioning.errors import Cancelled, InputFileError, OutputError, RequestError
from studio.file_judges import FileJudges
from studio.labelling import COLUMNS, label_files, media_files_in


@pytest.fixture
def collection(tmp_path):
    folder = tmp_path / "media"
    (folder / "below" / "deeper").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    write_tone(folder / "loud.wav", [0.9, 0.8])
    write_tone(folder / "silent.flac", [0.0])
    write_picture(folder / "below" / "light, 'quoted' \"name\".PNG", 0.9)
    write_small_film(folder / "below" / "deeper" / "film.mp4", [0.2, 0.3])
    write_picture(folder / ".hidden" / "x.png")
    write_picture(folder / ".x.png")
    (folder / "notes.txt").write_text("no media")
    return folder


def rows_of(out):
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def label(folder, out, **options):
    return list(label_files(media_files_in(folder), out, **{"judges": plain_judges(), **options}))


def test_there_is_a_row_for_each_file_and_medium(collection, tmp_path):
    found = label(collection, tmp_path / "l.csv")
    assert {one.status for one in found} == {"done"}
    rows = {(row["path"], row["medium"]): row for row in rows_of(tmp_path / "l.csv")}
    assert len(rows) == 2 + 2 + 2 + 4
    loud = rows["loud.wav", "speech"]
    assert (loud["reading"], loud["label"], loud["seconds"], loud["error"]) == ("read", "joy", "2.000", "")
    assert float(loud["probability"]) == pytest.approx(0.9 * 0.85, abs=0.01)
    assert float(loud["arousal"]) == pytest.approx(0.7, abs=0.01) and float(loud["valence_sd"]) == 0.2
    silent = rows["silent.flac", "speech"]
    assert silent["reading"] == "no reading" and silent["label"] == silent["valence"] == ""
    light = rows["below/light, 'quoted' \"name\".PNG", "face"]
    assert light["label"] == "joy" and light["seconds"] == ""
    assert rows["below/deeper/film.mp4", "video"]["label"] == "sadness"


def test_hidden_and_other_files_are_left_out_and_folders_if_wished(collection):
    names = [file.name for file in media_files_in(collection)]
    assert names == sorted(names) and len(names) == 4
    assert [f.name for f in media_files_in(collection, recursive=False)] == ["loud.wav", "silent.flac"]


def test_broken_files_stop_nothing_and_are_told(tmp_path):
    folder = tmp_path / "media"
    folder.mkdir()
    broken = broken_files(folder)
    write_tone(folder / "z.wav", [0.9])
    found = label(folder, tmp_path / "l.csv")
    assert len(found) == len(broken) + 1 and found[-1].status == "done"
    failed = [row for row in rows_of(tmp_path / "l.csv") if row["reading"] == "failed"]
    assert len(failed) == sum(one.status == "failed" for one in found) >= 9
    assert all(row["error"] and not row["label"] for row in failed)


def test_a_judge_that_stumbles_over_one_file_stops_nothing(collection, tmp_path):
    class Stumbling(PlainJudge):
        def read(self, media):
            if getattr(media, "shape", None) == (48, 64, 3) and media.mean() > 150:
                raise ZeroDivisionError("division by zero")
            return super().read(media)

    found = label(collection, tmp_path / "l.csv", judges=plain_judges(face=Stumbling()))
    assert [one.status for one in found].count("failed") == 1
    assert [row["error"] for row in rows_of(tmp_path / "l.csv") if row["error"]] == [
        "ZeroDivisionError: division by zero"
    ]


def test_resuming_reads_only_what_is_new_or_changed(collection, tmp_path):
    out, judge = tmp_path / "l.csv", PlainJudge()
    label(collection, out)
    before = rows_of(out)
    os.utime(collection / "silent.flac", (1, 1))
    (collection / "loud.wav").unlink()
    write_tone(collection / "new.wav", [0.5])
    status = {
        one.file.name: one.status
        for one in label(collection, out, resume=True, judges=plain_judges(speech=judge))
    }
    assert status["new.wav"] == status["silent.flac"] == "done" and list(status.values()).count("kept") == 2
    assert judge.calls == 4  # the whole and its one second, of two sounds
    after = rows_of(out)
    assert [r for r in before if r["path"].startswith("below")] == [
        r for r in after if r["path"].startswith("below")
    ]
    assert not [r for r in after if r["path"] == "loud.wav"]
    assert len({(r["path"], r["medium"]) for r in after}) == len(after)


def test_other_judges_read_again(collection, tmp_path):
    label(collection, tmp_path / "l.csv")
    other = plain_judges()
    judges = FileJudges({**other.chosen, "speech": "other"}, {**other._built, "other": PlainJudge()})
    status = {
        one.file.name: one.status for one in label(collection, tmp_path / "l.csv", resume=True, judges=judges)
    }
    assert status["loud.wav"] == "done" and status["below/light, 'quoted' \"name\".PNG"] == "kept"


def test_failed_files_are_tried_again_and_cut_rows_dropped(collection, tmp_path):
    out = tmp_path / "l.csv"
    (collection / "bad.wav").write_bytes(b"no sound")
    label(collection, out)
    out.write_bytes(out.read_bytes()[:-20])
    status = {one.file.name: one.status for one in label(collection, out, resume=True)}
    assert status["bad.wav"] == "failed"
    assert status["silent.flac"] == "done" and status["loud.wav"] == "kept"
    assert len([r for r in rows_of(out) if r["path"] == "bad.wav"]) == 1


def test_what_is_done_stays_when_the_work_is_stopped(collection, tmp_path):
    out, done = tmp_path / "l.csv", []

    def watch(file):
        def step(part, total, what):
            if len(done) == 2:
                raise Cancelled

        return step

    with pytest.raises(Cancelled):
        for one in label_files(media_files_in(collection), out, judges=plain_judges(), step=watch):
            done.append(one.file.name)  # noqa: PERF401 - the list grows while the work goes on
    assert {row["path"] for row in rows_of(out)} == set(done)
    assert {one.status for one in label(collection, out, resume=True)} == {"kept", "done"}
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["l.csv"]


def test_rows_are_on_the_disk_as_soon_as_a_file_is_done(collection, tmp_path):
    seen = []
    for one in label_files(media_files_in(collection), tmp_path / "l.csv", judges=plain_judges()):
        seen.append(one.file.name)
        assert {row["path"] for row in rows_of(tmp_path / "l.csv")} == set(seen)


def test_names_that_are_no_utf8_are_kept_as_they_are(tmp_path):
    folder = tmp_path / "media"
    folder.mkdir()
    try:
        write_tone(folder / "a.wav", [0.5]).rename(os.fsdecode(bytes(folder) + b"/\xff.wav"))
    except OSError:
        pytest.skip("the file system takes no such names")
    label(folder, tmp_path / "l.csv")
    assert b"\xff.wav" in (tmp_path / "l.csv").read_bytes()
    assert [one.status for one in label(folder, tmp_path / "l.csv", resume=True)] == ["kept"]


@pytest.mark.parametrize(
    ("name", "word"), [("none", "does not exist"), ("file", "is a file"), ("empty", "No media")]
)
def test_where_nothing_can_be_read_it_is_told(tmp_path, name, word):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputFileError, match=word):
        media_files_in(tmp_path / name)


def test_wrong_places_for_the_list_are_told(collection, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError):
        label(collection, tmp_path / "folder.csv")
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(RequestError, match="labels"):
        label(collection, other, resume=True)
    assert other.read_text() == "a,b\n1,2\n"


def test_columns_are_as_documented(collection, tmp_path):
    label(collection, tmp_path / "l.csv")
    assert tuple(rows_of(tmp_path / "l.csv")[0]) == COLUMNS
