"""The table of a SentencePiece model whose pieces are single characters, read without SentencePiece.

Such a model splits a text into its characters, a blank being written as "▁" and one standing before the first word; what is not in the
table is unknown. The file is in protocol buffers: field 1 of the model repeats a piece, field 1 of a piece is its text
(sentencepiece_model.proto of google/sentencepiece).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conditioning.errors import EngineError

__all__ = ["Characters", "read_characters"]

_BLANK = "▁"
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5  # kinds of fields on the wire


@dataclass(frozen=True)
class Characters:
    """Numbers of characters.

    Args:
        numbers: by character.
        unknown: number of any other.
        end: number put behind a text.
    """

    numbers: dict[str, int]
    unknown: int
    end: int

    def ids(self, text: str) -> list[int]:
        """The numbers of a text, with the end's."""
        plain = " ".join(unicodedata.normalize("NFKC", text).split())
        marked = _BLANK + plain.replace(" ", _BLANK)
        return [*(self.numbers.get(letter, self.unknown) for letter in marked), self.end]

    def known(self, text: str) -> bool:
        """Whether any letter or digit of a text is in the table."""
        return any(letter.isalnum() and letter in self.numbers for letter in text)


def read_characters(folder: Path) -> Characters:
    """The table of a checkpoint: ``spm_char.model``, else ``vocab.json`` with numbers by character.

    Raises:
        EngineError: it is neither, or its pieces are not single characters.
    """
    model = folder / "spm_char.model"
    if model.is_file():
        pieces = list(_pieces(model))
    else:
        table = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        pieces = sorted(table, key=table.get)
    numbers = {piece: number for number, piece in enumerate(pieces)}
    plain = [piece for piece in pieces if not (piece.startswith("<") and piece.endswith(">"))]
    if not {"</s>", "<unk>", _BLANK} <= set(pieces) or any(len(piece) != 1 for piece in plain):
        raise EngineError(
            f"The table of characters in {folder} is none.",
            "Give the spm_char.model that came with the weights.",
        )
    return Characters(numbers, numbers["<unk>"], numbers["</s>"])


def _pieces(path: Path) -> Iterator[str]:
    """The texts of a model's pieces, in order.

    Raises:
        EngineError: the file is cut off or is no model.
    """
    try:
        for number, body in _fields(path.read_bytes()):
            if number == 1 and isinstance(body, bytes):
                texts = [text for field, text in _fields(body) if field == 1 and isinstance(text, bytes)]
                yield texts[0].decode("utf-8")
    except (IndexError, UnicodeDecodeError) as error:
        raise EngineError(f"{path} is no SentencePiece model.", "Take it anew from its makers.") from error


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Fields of a message: their number and content."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind not in (_EIGHT, _BYTES, _FOUR):
            raise IndexError
        size = 8 if kind == _EIGHT else 4
        if kind == _BYTES:
            size, at = _varint(data, at)
        if at + size > len(data):
            raise IndexError
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = data[at]
        found |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return found, at
