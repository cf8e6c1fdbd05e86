"""Cuts the network of hibari-tts in three, packs its dictionaries, and writes both to assets/voices/hibari.

    pip install -e ".[rebuild]"
    python tools/build_voice.py

The whole network turns phoneme ids into spectra in one run. Cut in three, the durations can be changed after the first
part, F0 and energy after the second, and the spectra after the third; recomposed without a change the parts give the
same numbers as the whole. Tensor names belong to hibari-tts 0.2.1 (its network has the SHA-256 below). Dictionaries and tagger of its reader
hold what they held, in a form that opens at once (generators/speech/word_table.py).
"""

from __future__ import annotations

import argparse
import hashlib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
from hibari.g2p import _load_json
from onnx.utils import Extractor

from generators.speech.word_table import packed

PACKAGE = "hibari-tts"
VERSION = "0.2.1"
SHA256 = "5f70741d"
TEXT, PROSODY, DURATION = "/Transpose_22_output_0", "/Transpose_55_output_0", "/Sub_output_0"
SPREAD_PROSODY, ENERGY, SPREAD_TEXT = "/Gather_33_output_0", "/Mul_62_output_0", "/Reshape_42_output_0"
CUTS = {
    "encode": (["ids"], [TEXT, PROSODY, DURATION]),
    "prosody": ([SPREAD_PROSODY], ["f0", ENERGY]),
    "decode": ([SPREAD_TEXT, "f0", ENERGY], ["lh", "theta", "ln", "lr", "phi"]),
}


def main() -> None:
    """Cut the installed package's network and write the parts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(__file__).resolve().parent.parent / "assets" / "voices" / "hibari"
    parser.add_argument("--out", type=Path, default=default, help="folder for the parts")
    out: Path = parser.parse_args().out
    if version(PACKAGE) != VERSION:
        raise SystemExit(
            f"{PACKAGE} {version(PACKAGE)} is installed; the tensor names are those of {VERSION}."
        )
    whole = Path(str(files("hibari") / "assets" / "hibari.onnx"))
    found = hashlib.sha256(whole.read_bytes()).hexdigest()
    if not found.startswith(SHA256):
        raise SystemExit(f"{whole} has SHA-256 {found}, not {SHA256}...")
    out.mkdir(parents=True, exist_ok=True)
    cutter = Extractor(onnx.load(str(whole)))
    for name, (inputs, outputs) in CUTS.items():
        part = cutter.extract_model(inputs, outputs)
        onnx.save(part, str(out / f"{name}.onnx"))
        print(f"{name}: {(out / f'{name}.onnx').stat().st_size / 1e6:.2f} MB")
    np.savez(out / "words.npz", **_words())
    print(f"words: {(out / 'words.npz').stat().st_size / 1e6:.2f} MB")


def _words() -> dict[str, np.ndarray]:
    """Dictionaries and tagger of the reader, American English."""
    tagger = _load_json("tagger.json.gz")
    tables = {
        "gold": _load_json("lexicon_us_gold.json.gz"),
        "silver": _load_json("lexicon_us_silver.json.gz"),
        "tags": tagger["tagdict"],
        "vocabulary": dict.fromkeys(tagger["vocab"], ""),
        "weights": tagger["weights"],
    }
    arrays = {
        f"{name}.{part}": array for name, table in tables.items() for part, array in packed(table).items()
    }
    return {**arrays, "every_tag": np.array(tagger["tags"])}


if __name__ == "__main__":
    main()
