from __future__ import annotations

import doctest
import re
from pathlib import Path

from conditioning.vocabulary import vocabulary, vocabulary_names

PAGE = Path(__file__).resolve().parents[2] / "docs" / "vocabularies.md"


def test_its_examples_are_true():
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 10
    assert result.failed == 0


def test_it_lists_every_vocabulary_with_its_count_and_kind():
    rows = re.findall(
        r"^\| `(\w+)` \| (\d+) \| (\w+) \| (.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    listed = {name: (int(count), kind, title) for name, count, kind, title in rows}
    shipped = {name: vocabulary(name) for name in vocabulary_names()}
    assert listed == {name: (len(v.names), v.kind, v.title) for name, v in shipped.items()}
