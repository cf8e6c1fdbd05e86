import json
import subprocess
import sys

import pytest

AFFECT = [sys.executable, "-c", "from studio.cli.main import run; run()"]


def affect(*arguments):
    return subprocess.run([*AFFECT, *arguments], capture_output=True, text=True, timeout=300, check=False)


def test_a_sound_with_its_times_its_words_and_what_was_ignored(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("tomato /təˈmɑːtəʊ/\n", encoding="utf-8")
    ssml = "<speak>A tomato. <mark name='a'/> <emphasis>Yes</emphasis>!</speak>"
    out, times = tmp_path / "a.ogg", tmp_path / "a.json"
    done = affect(
        "speak", "-t", ssml, "-o", str(out), "--times", str(times), "--times", str(tmp_path / "a.TextGrid"),
        "--lexicon", str(words), "--loudness", "-20", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["fulfilment"]["pronunciation"] == "honoured"
    assert told["ignored"] == ["<mark> of SSML is not followed."]
    values = json.loads(times.read_text(encoding="utf-8"))
    assert [word["text"] for word in values["words"]] == ["A", "tomato.", "Yes!"]
    assert "".join(phone["symbol"] for phone in values["phones"]).startswith("ɐtəmɑtoʊ")
    assert out.read_bytes()[:4] == b"OggS"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "a.aac"], [".wav", ".opus"]),
        (["--times", "a.csv"], [".TextGrid"]),
        (["--loudness", "2"], ["-50 to -5"]),
        (["--lexicon", "none.txt"], ["none.txt", "does not exist"]),
        (["-t", "<speak><prosody rate='x'>a</prosody></speak>"], ["Line 1, column 8", "x-slow"]),
        (["-t", "[say a as /ø/]"], ["'ø'", "does not know"]),
    ],
)
def test_a_fault_is_one_sentence(tmp_path, arguments, words):
    text = [] if "-t" in arguments else ["-t", "Hello."]
    out = [] if "-o" in arguments else ["-o", str(tmp_path / "a.wav")]
    done = affect("speak", *text, *out, *arguments)
    assert done.returncode == 2
    assert all(word in done.stderr for word in words)
    assert "Traceback" not in done.stderr
