"""Reads EmotionML 1.0 documents.

The rules are those of the Recommendation's implementation report: a descriptor needs a declared vocabulary of its kind, has a
value or a trace and never both, a dimension has one of the two, an emotion has at least one descriptor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from conditioning.emotionml import (
    KINDS,
    NAMESPACE,
    ROLES,
    TIMES,
    Annotation,
    Descriptor,
    Document,
    Item,
    ItemList,
    Reference,
    Trace,
)
from conditioning.emotionml_tree import Tree, as_xml, local_name, read_tree
from conditioning.errors import nearest

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["MAX_SAMPLES", "read_emotion_element", "read_emotionml"]

MAX_SAMPLES = 200_000
"""Samples that a trace may have."""

_SETS = {f"{kind}-set": kind for kind in KINDS}
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_HZ = re.compile(r"\s*([^\s]+?)\s*Hz\s*", re.IGNORECASE)
_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_EMOTION_KEYS = (
    "version", "id", "time-ref-uri", "time-ref-anchor-point", "expressed-through", *TIMES, *_SETS,
)  # fmt: skip


def read_emotionml(text: str | bytes) -> Document:
    """The document of an EmotionML file.

    Args:
        text: the file; ``<emotionml>``, or a single ``<emotion>``.

    Raises:
        EmotionmlError: it is not well-formed XML, declares a document type or entities, or breaks a rule of EmotionML.

    Example:
        >>> big6 = "http://www.w3.org/TR/emotion-voc/xml#big6"
        >>> document = read_emotionml(f'''<emotionml version="1.0" xmlns="http://www.w3.org/2009/10/emotionml"
        ...   category-set="{big6}"><emotion><category name="anger" value=".7"/></emotion></emotionml>''')
        >>> document.annotations[0].descriptors[0].value
        0.7
    """
    tree = read_tree(text)
    return _Reader(tree).document()


def read_emotion_element(tree: Tree, element: Element, sets: Mapping[str, str]) -> Annotation:
    """An ``<emotion>`` that stands in a document of another kind; what is no EmotionML in it is passed over.

    Args:
        tree: the document.
        element: the emotion.
        sets: URI of the vocabulary of each kind of descriptor, as declared around it.

    Raises:
        EmotionmlError: it breaks a rule of EmotionML.
    """
    bare = element.makeelement(element.tag, dict(element.attrib))
    bare.extend([child for child in element if local_name(child)])
    tree.places[bare] = tree.places[element]
    return _Reader(tree).annotation(bare, sets, "")


class _Reader:
    """Reads one tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.error = tree.error
        self.ids: set[str] = set()
        self.vocabularies: dict[str, ItemList] = {}
        self.words: dict[str, frozenset[str]] = {}  # of each vocabulary, by its id

    def document(self) -> Document:
        root = self.tree.root
        name = local_name(root)
        if name == "emotion":
            self.version(root)
            return Document((self.annotation(root, {}, ""),))
        if name != "emotionml":
            raise self.error(
                root,
                f"The document begins with <{root.tag}>.",
                f'Begin it with <emotionml xmlns="{NAMESPACE}">.',
            )
        self.version(root)
        foreign = {key: value for key, value in root.attrib.items() if key.startswith("{")}
        self.keys(root, ("version", *_SETS, *foreign))
        self.vocabularies = {
            found.id: found for found in map(self.vocabulary, self.children(root, "vocabulary"))
        }
        self.words = {
            name: frozenset(item.name for item in found.items) for name, found in self.vocabularies.items()
        }
        sets = self.sets(root)
        annotations, text = [], root.text or ""
        for child in root:
            kind = local_name(child)
            if kind == "emotion":
                annotations.append(self.annotation(child, sets, " ".join(text.split())))
                text = ""
            elif kind not in ("vocabulary", "info"):
                raise self.unknown(child, ("emotion", "vocabulary", "info"))
            text += " " + (child.tail or "")
        return Document(
            tuple(annotations),
            tuple(self.vocabularies.values()),
            sets,
            self.info(root),
            " ".join(text.split()),
            foreign,
        )

    def vocabulary(self, element: Element) -> ItemList:
        self.keys(element, ("type", "id"))
        kind = element.get("type", "")
        if kind not in KINDS:
            raise self.error(
                element, f"The type of a vocabulary is {kind!r}.", f"It is one of {', '.join(KINDS)}."
            )
        self.only(element, ("item", "info"))
        items = tuple(
            Item(self.name(item, ("name",)), self.info(item)) for item in self.children(element, "item")
        )
        name = self.id(element)
        if not name or not items:
            raise self.error(element, "A vocabulary has no id or no item.", "Give it both.")
        return ItemList(kind, name, items, self.info(element))

    def annotation(self, element: Element, sets: Mapping[str, str], before: str) -> Annotation:
        self.keys(element, _EMOTION_KEYS)
        self.version(element)
        self.only(element, (*KINDS, "reference", "info"))
        own = self.sets(element)
        found = [child for child in element if local_name(child) in KINDS]
        if not found:
            raise self.error(element, "An emotion says nothing.", f"Give it one of <{'>, <'.join(KINDS)}>.")
        descriptors = tuple(self.descriptor(child, {**sets, **own}) for child in found)
        anchor = element.get("time-ref-anchor-point", "")
        if anchor not in ("", "start", "end"):
            raise self.error(element, f"time-ref-anchor-point is {anchor!r}.", "It is start or end.")
        said = " ".join([element.text or "", *(child.tail or "" for child in element)])
        return Annotation(
            descriptors, " ".join(said.split()), own, tuple(map(self.reference, self.children(element, "reference"))),
            tuple(element.get("expressed-through", "").split()), self.times(element), element.get("time-ref-uri", ""),
            anchor, self.id(element), self.info(element), before,
        )  # fmt: skip

    def descriptor(self, element: Element, sets: Mapping[str, str]) -> Descriptor:
        kind = local_name(element)
        name = self.name(element, ("name", "value", "confidence"))
        uri = sets.get(kind, "")
        if not uri:
            raise self.error(
                element,
                f"The vocabulary of <{kind}> is not declared.",
                f"Give <emotion> or <emotionml> a {kind}-set.",
            )
        if uri.startswith("#"):
            known = self.words[uri[1:]]
            if name not in known:
                close = nearest(name, known) or sorted(known)[:6]
                raise self.error(
                    element, f"{name!r} is not in {uri}.", f"It has for instance {', '.join(close)}."
                )
        self.only(element, ("trace",))
        traces = self.children(element, "trace")
        if len(traces) + ("value" in element.attrib) > 1:
            raise self.error(element, f"{name} has more than one value or trace.", "Keep one of them.")
        trace = self.trace(traces[0]) if traces else None
        value = self.share(element, "value")
        if kind == "dimension" and trace is None and value is None:
            raise self.error(element, f"The dimension {name} has no value.", "Give it a value or a <trace>.")
        return Descriptor(kind, name, value, trace, self.share(element, "confidence"))

    def trace(self, element: Element) -> Trace:
        self.keys(element, ("freq", "samples"))
        self.only(element, ())
        found = _HZ.fullmatch(element.get("freq", "")[:100])
        hz = self.number(element, found[1], "freq") if found else 0.0
        if not 1e-6 <= hz <= 1e6:
            raise self.error(
                element, f"freq is {element.get('freq', '')[:40]!r}.", 'Write for instance freq="10Hz".'
            )
        words = element.get("samples", "").split()
        if not 1 <= len(words) <= MAX_SAMPLES:
            raise self.error(
                element, f"A trace has {len(words)} samples.", f"It may have 1 to {MAX_SAMPLES}."
            )
        return Trace(
            hz, tuple(self.within(element, self.number(element, w, "samples"), "A sample") for w in words)
        )

    def reference(self, element: Element) -> Reference:
        self.keys(element, ("uri", "role", "media-type"))
        role = element.get("role", "")
        if role not in ("", *ROLES):
            raise self.error(
                element, f"The role of a reference is {role!r}.", f"It is one of {', '.join(ROLES)}."
            )
        if not element.get("uri"):
            raise self.error(element, "A reference has no uri.", "Give it one.")
        return Reference(element.get("uri", ""), role, element.get("media-type", ""))

    def times(self, element: Element) -> dict[str, int]:
        found: dict[str, int] = {}
        for key in TIMES:
            text = element.get(key)
            if text is None:
                continue
            if not _WHOLE.fullmatch(text.strip()) or (int(text) < 0 and key != "offset-to-start"):
                raise self.error(element, f"{key} is {text[:40]!r}.", "Give whole milliseconds, 0 or more.")
            found[key] = int(text)
        if found.get("end", 0) < found.get("start", 0) and "end" in found:
            raise self.error(element, "An emotion ends before it starts.", "Let it end later.")
        return found

    def sets(self, element: Element) -> dict[str, str]:
        found = {kind: element.attrib[key] for key, kind in _SETS.items() if key in element.attrib}
        for kind, uri in found.items():
            known = self.vocabularies.get(uri[1:]) if uri.startswith("#") else None
            if uri.startswith("#") and (known is None or known.kind != kind):
                raise self.error(
                    element,
                    f"{kind}-set is {uri!r}, which is no {kind} vocabulary here.",
                    "Define it, or name another.",
                )
        return found

    def version(self, element: Element) -> None:
        needed = element is self.tree.root
        if element.get("version", "" if needed else "1.0") != "1.0":
            raise self.error(element, f"The version is {element.get('version')!r}.", 'Write version="1.0".')

    def name(self, element: Element, keys: tuple[str, ...]) -> str:
        self.keys(element, keys)
        if not element.get("name", "").strip():
            raise self.error(element, f"<{local_name(element)}> has no name.", "Give it one.")
        return element.attrib["name"]

    def id(self, element: Element) -> str:
        found = element.get("id", "")
        if found and found in self.ids:
            raise self.error(element, f"The id {found!r} is given twice.", "Take another.")
        self.ids.add(found)
        return found

    def share(self, element: Element, key: str) -> float | None:
        text = element.get(key)
        return None if text is None else self.within(element, self.number(element, text.strip(), key), key)

    def number(self, element: Element, text: str, key: str) -> float:
        if len(text) > 100 or not _NUMBER.fullmatch(text):
            raise self.error(element, f"{key} is {text[:40]!r}.", "Give a number.")
        return float(text)

    def within(self, element: Element, value: float, what: str) -> float:
        if not 0.0 <= value <= 1.0:
            raise self.error(element, f"{what} is {value:g}.", "Give a number from 0 to 1.")
        return value

    def info(self, element: Element) -> str:
        found = self.children(element, "info")
        if len(found) > 1:
            raise self.error(found[1], "There are two <info> elements.", "Join them.")
        return as_xml(found[0]) if found else ""

    def keys(self, element: Element, known: tuple[str, ...]) -> None:
        for key in element.attrib:
            if key not in known:
                close = " or ".join(nearest(key, known)) or ", ".join(known) or "none"
                raise self.error(
                    element, f"<{local_name(element)}> has no attribute {key[:60]!r}.", f"Known: {close}."
                )

    def only(self, element: Element, known: tuple[str, ...]) -> None:
        for child in element:
            if local_name(child) not in known:
                raise self.unknown(child, known)

    def unknown(self, element: Element, known: tuple[str, ...]) -> Exception:
        where = (
            f"It may have {', '.join(f'<{name}>' for name in known)}."
            if known
            else "It may have nothing in it."
        )
        return self.error(element, f"<{str(element.tag)[:80]}> cannot stand here.", where)

    def children(self, element: Element, name: str) -> list[Element]:
        return [child for child in element if local_name(child) == name]
