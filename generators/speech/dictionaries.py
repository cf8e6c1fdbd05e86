"""The reader of English that the built-in voice was taught with, on dictionaries that open at once.

hibari-tts' reader (after misaki) reads its dictionaries and its tagger's weights from JSON when it is made. Here it is given the same
from ``assets/voices/hibari/words.npz``, which ``tools/build_voice.py`` makes of that package's files.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from conditioning.assets import asset
from generators.speech.word_table import WordTable

__all__ = ["TABLES", "english"]

TABLES = ("gold", "silver", "tags", "vocabulary", "weights")
"""Sure pronunciations, less sure ones, words of one tag, words that the tagger knows, and its weights."""


def english() -> Any:
    """A ``hibari.g2p.G2P`` for American English."""
    from hibari.g2p import G2P, _load_json
    from hibari.g2p.lexicon import Lexicon
    from hibari.g2p.tagger import Tagger
    from hibari.g2p.tokenize import Tokenizer

    with np.load(asset("voices", "hibari", "words.npz"), allow_pickle=False) as stored:
        tables = {
            name: WordTable({part: stored[f"{name}.{part}"] for part in ("text", "starts", "slots")})
            for name in TABLES
        }
        tags = [str(tag) for tag in stored["every_tag"]]
    reader = G2P.__new__(G2P)  # its own constructor would read the JSON
    reader.lexicon = Lexicon(tables["gold"], tables["silver"])
    reader.tokenizer = Tokenizer(_load_json("tokenizer_exceptions.json"))
    reader.tagger = Tagger({"tagdict": tables["tags"], "tags": tags, "weights": tables["weights"]})
    reader.tagger.vocab = tables["vocabulary"]
    reader._oov, reader.unk, reader.british = None, "", False
    return reader
