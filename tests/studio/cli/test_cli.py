import json
import os
import signal
import subprocess
import sys
import time

import pytest
from factories.fresh_python import loaded

AFFECT = [sys.executable, "-c", "from studio.cli.main import run; run()"]


def affect(*arguments, stdin=None):
    return subprocess.run(
        [*AFFECT, *arguments], capture_output=True, text=True, input=stdin, timeout=300, check=False
    )


def test_help_loads_no_heavy_package():
    heavy = ("numpy", "torch", "numba", "scipy", "gradio", "onnxruntime", "pydantic", "rich", "av")
    assert loaded("import studio.cli.main", heavy) == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["speak", "--text", ""], 2, ["No script"]),
        (["speak", "--text", "   "], 2, ["empty"]),
        (["speak", "none.txt"], 2, ["none.txt", "does not exist"]),
        (["create", "--text", "Hello. " * 14286], 2, ["100002", "Split"]),
        (["speak", "--text", "[jooy] Hello."], 2, ["Line 1, column 2", "'joy'"]),
        (["speak", "--text", "Hello.\n[joy Hello."], 2, ["Line 2, column 1", "]"]),
        (["speak", "--text", "[joy:1.5] Hello."], 2, ["1.5", "from 0 to 1"]),
        (["speak", "--text", "Hello.", "--emotion", "joy:2"], 2, ["2", "from 0 to 1"]),
        (["speak", "--text", "Hello.", "--engine", "speech=hibary"], 3, ["hibary", "hibari"]),
        (["speak", "--text", "Hello.", "--engine", "speach=hibari"], 2, ["speach", "speech"]),
        (["speak", "--text", "Hello.", "--voice", "nobody"], 2, ["nobody"]),
        (["speak", "--text", "Hello.", "-o", "/proc/none/x.wav"], 4, ["/proc/none", "-o"]),
        (["create", "--text", "Hello.", "-o", "film.avi"], 2, ["film.avi", ".mp4"]),
        (["create", "--text", "Hello.", "--media", "none"], 2, ["media"]),
        (["create", "--text", "Hello.", "--fader", "prosody.rate=9"], 2, ["prosody.rate", "9"]),
        (["create", "--text", "Hello.", "--fader", "rate"], 2, ["rate", "prosody.rate=1.2"]),
        (["create", "--text", "Hello.", "--shape", "strenth=1"], 2, ["strenth", "strength"]),
        (["create", "--text", "Hello.", "--shape", "attack"], 2, ["attack", "strength=0.8"]),
        (["sense", "--story", "none.txt"], 2, ["none.txt", "does not exist"]),
        (["sense", "-o", "x.txt", "--text", "joy"], 2, ["--story"]),
        (["emotions", "[0.1, 0.2, 0.3]"], 2, ["do not say what they mean", "v=0.5"]),
        (["batch", "none.jsonl"], 2, ["none.jsonl"]),
        (["score", "none.wav"], 2, ["none.wav"]),
        (["train", "judge-speach"], 2, ["judge-speech"]),
        (["emotions", "jooy"], 2, ["joy"]),
    ],
)
def test_a_wrong_input_ends_with_one_sentence_and_its_exit_code(
    tmp_path, monkeypatch, arguments, exit_code, words
):
    monkeypatch.chdir(tmp_path)
    result = affect(*arguments)
    assert result.returncode == exit_code, result.stderr
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("affect: ")
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in last
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_faults_are_json_when_asked_for():
    fault = json.loads(affect("speak", "--text", "[jooy] Hello.", "--json").stdout)
    assert fault["exit_code"] == 2 and "jooy" in fault["error"] and fault["remedy"]


def test_speaking_writes_a_wav_and_says_what_was_honoured(tmp_path):
    result = affect("speak", "-", "-o", str(tmp_path / "a.wav"), "--json", stdin="[joy] Hello there.")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["fulfilment"]["emotion"] == "honoured"
    assert (tmp_path / "a.wav").stat().st_size > 10000


def test_a_binary_file_is_not_taken_for_a_script(tmp_path):
    (tmp_path / "x.txt").write_bytes(bytes(range(128, 256)))
    result = affect("speak", str(tmp_path / "x.txt"))
    assert result.returncode == 2 and "UTF-8" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_ctrl_c_stops_with_130_and_leaves_nothing(tmp_path):
    text = " ".join(["The rain went on and on, and nobody came to the door."] * 400)
    command = [
        *AFFECT,
        "create",
        "--media",
        "speech",
        "--no-judge",
        "--text",
        text,
        "-o",
        str(tmp_path / "f.mp4"),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "speaking" in line or "drawing" in line:
                break
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(60) == 130, rest
    assert "Cancelled" in rest
    assert list(tmp_path.iterdir()) == []


def test_engines_are_listed_with_licence():
    listed = json.loads(affect("engines", "speech", "--json").stdout)
    hibari = next(d for d in listed if d["name"] == "speech=hibari")
    assert "Apache" in hibari["licence"] and hibari["version"]


def test_an_emotion_is_explained():
    told = json.loads(affect("emotions", "joy:0.5", "--json").stdout)
    assert told["intensity"] == 0.5 and told["felt"]["valence"] == pytest.approx(0.38)


def test_words_need_no_quotes_and_warn_of_opposites():
    told = json.loads(affect("emotions", "show", "joy+sadness", "--json").stdout)
    assert told["warnings"]
    assert json.loads(affect("emotions", "very", "angry", "--json").stdout)["felt"]["arousal"] > 0.5


def test_the_labels_of_a_list_are_drawn(tmp_path):
    out = tmp_path / "wheel.png"
    assert affect("emotions", "wheel", "--vocabulary", "plutchik", "-o", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_round_trips_between_lists_are_measured():
    rows = json.loads(affect("bench", "convert", "--of", "ekman", "--json").stdout)
    through = {row["through"]: row for row in rows}
    assert "ekman" not in through and len(through) > 25
    assert through["zonos"]["kept"] == 1.0


@pytest.mark.parametrize(
    "words", [["emotions", "wheel", "-o", "x.pdf"], ["bench", "convert", "--of", "ekmn"]]
)
def test_wrong_words_of_the_smaller_commands_are_told(words):
    result = affect(*words)
    assert result.returncode == 2 and result.stderr.startswith("affect: ")


def test_one_emotion_is_read_out_of_several_sources(tmp_path):
    tune = tmp_path / "tune.wav"
    assert affect("compose", "-e", "sadness", "--seconds", "12", "-o", str(tune)).returncode == 0
    out = affect("sense", str(tune.with_suffix(".mid")), "--text", "I miss her so much.", "--json")
    told = json.loads(out.stdout)
    assert set(told["shares"]) == {"music of tune.mid", "text"}
    assert told["vad"]["valence"] < 0 and "sadness" in told["mixture"]


@pytest.mark.parametrize(
    "words",
    [
        ["sense"],
        ["sense", "--weight", "text.arosal=2", "-t", "joy"],
        ["sense", "--weight", "fac=2", "-t", "joy"],
        ["sense", "none.png"],
    ],
)
def test_nothing_to_sense_is_told(words):
    result = affect(*words)
    assert result.returncode == 2 and result.stderr.startswith("affect: ")


def test_faders_are_held_shifted_and_taken_from_a_preset(tmp_path):
    preset = tmp_path / "slow.toml"
    preset.write_text('title = "slow"\n[lock]\n"music.tempo_bpm" = 60.0\n')
    out = tmp_path / "tune.wav"
    made = affect(
        "compose", "--seconds", "8", "--fader", str(preset), "--fader", "music.dynamics+=9", "-o", str(out)
    )
    assert made.returncode == 0, made.stderr
    wrong = affect("compose", "--seconds", "8", "--fader", "music.tempo_bpm+=fast", "-o", str(out))
    assert wrong.returncode == 2 and "music.tempo_bpm" in wrong.stderr
