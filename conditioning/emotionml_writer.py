"""Writes EmotionML 1.0 documents, which ``emotionml_reader`` reads back to the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from conditioning.emotionml import NAMESPACE, TIMES, Annotation, Descriptor, Document, ItemList, Reference
from conditioning.errors import RequestError

__all__ = ["write_emotionml"]

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_emotionml(document: Document) -> str:
    """The document as XML, with a line for each element.

    Raises:
        RequestError: a text has a sign that XML cannot carry, such as a control character.
    """
    text = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_document(document), ""])
    bad = _NO_XML.search(text)
    if bad:
        raise RequestError(f"XML cannot carry the sign {bad[0]!r}.", "Take it out of the texts and names.")
    return text


def _document(document: Document) -> Iterator[str]:
    keys = {"version": "1.0", "xmlns": NAMESPACE, **_sets(document.sets)}
    for number, (key, value) in enumerate(document.foreign.items()):
        space, _, name = key[1:].partition("}")
        prefix = "xml" if space == "http://www.w3.org/XML/1998/namespace" else f"f{number}"
        keys |= (
            {f"{prefix}:{name}": value}
            if prefix == "xml"
            else {f"xmlns:{prefix}": space, f"{prefix}:{name}": value}
        )
    yield _open("emotionml", keys)
    yield from _info(document.info)
    for vocabulary in document.vocabularies:
        yield from _vocabulary(vocabulary)
    for annotation in document.annotations:
        yield from _text(annotation.before)
        yield from _annotation(annotation)
    yield from _text(document.after)
    yield "</emotionml>"


def _vocabulary(vocabulary: ItemList) -> Iterator[str]:
    yield _open("vocabulary", {"type": vocabulary.kind, "id": vocabulary.id})
    yield from _info(vocabulary.info)
    for item in vocabulary.items:
        yield from _element("item", {"name": item.name}, _info(item.info))
    yield "</vocabulary>"


def _annotation(annotation: Annotation) -> Iterator[str]:
    keys = {
        "id": annotation.id,
        "expressed-through": " ".join(annotation.expressed_through),
        **{key: str(annotation.times[key]) for key in TIMES if key in annotation.times},
        "time-ref-uri": annotation.time_ref_uri,
        "time-ref-anchor-point": annotation.time_ref_anchor,
        **_sets(annotation.sets),
    }
    yield _open("emotion", {key: value for key, value in keys.items() if value})
    yield from _info(annotation.info)
    for descriptor in annotation.descriptors:
        yield from _descriptor(descriptor)
    for reference in annotation.references:
        yield from _reference(reference)
    yield from _text(annotation.text)
    yield "</emotion>"


def _descriptor(descriptor: Descriptor) -> Iterator[str]:
    keys = {"name": descriptor.name}
    for key in ("value", "confidence"):
        if getattr(descriptor, key) is not None:
            keys[key] = _number(getattr(descriptor, key))
    traced: Iterable[str] = ()
    if descriptor.trace is not None:
        samples = " ".join(map(_number, descriptor.trace.samples))
        traced = _element("trace", {"freq": f"{_number(descriptor.trace.hz)}Hz", "samples": samples})
    yield from _element(descriptor.kind, keys, traced)


def _reference(reference: Reference) -> Iterator[str]:
    keys = {"uri": reference.uri, "role": reference.role, "media-type": reference.media_type}
    yield from _element("reference", {key: value for key, value in keys.items() if value})


def _sets(sets: Mapping[str, str]) -> dict[str, str]:
    return {f"{kind}-set": uri for kind, uri in sets.items()}


def _element(name: str, keys: Mapping[str, str], inside: Iterable[str] = ()) -> Iterator[str]:
    lines = list(inside)
    yield _open(name, keys, closed=not lines)
    if lines:
        yield from lines
        yield f"</{name}>"


def _open(name: str, keys: Mapping[str, str], *, closed: bool = False) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in keys.items())
    return f"<{name}{written}{'/' if closed else ''}>"


def _info(xml: str) -> Iterator[str]:
    if xml:
        # Names without a prefix in it have no namespace, and may not fall under the document's.
        yield re.sub(r"^<(\w+:info)\b(?! xmlns=)", r'<\1 xmlns=""', xml)


def _text(text: str) -> Iterator[str]:
    if text:
        yield escape(text, {"\r": "&#13;"})


def _number(value: float) -> str:
    """The shortest digits that mean the number; none at the end of whole ones."""
    return repr(float(value)).removesuffix(".0")
