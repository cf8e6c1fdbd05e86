"""What an EmotionML 1.0 document says, as data: its emotions with their descriptors, traces, times and references.

W3C Recommendation of 22 May 2014, https://www.w3.org/TR/emotionml/. ``emotionml_reader`` and ``emotionml_writer`` turn documents
into this and back without loss; ``emotionml_meaning`` says which emotions of the studio they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conditioning.errors import ScriptError

__all__ = [
    "KINDS",
    "NAMESPACE",
    "ROLES",
    "TIMES",
    "Annotation",
    "Descriptor",
    "Document",
    "EmotionmlError",
    "Item",
    "ItemList",
    "Reference",
    "Trace",
]

NAMESPACE = "http://www.w3.org/2009/10/emotionml"

KINDS = ("category", "dimension", "appraisal", "action-tendency")
"""Kinds of descriptors and of vocabularies."""

ROLES = ("expressedBy", "experiencedBy", "triggeredBy", "targetedAt")
"""What a reference may be to an emotion; the first is meant where none is given."""

TIMES = ("start", "end", "duration", "offset-to-start")
"""Attributes of an emotion in whole milliseconds."""


class EmotionmlError(ScriptError):
    """An EmotionML document that cannot be read; knows line and column."""


@dataclass(frozen=True)
class Trace:
    """A descriptor over time.

    Args:
        hz: samples a second, above 0.
        samples: at least one, each 0..1.
    """

    hz: float
    samples: tuple[float, ...]


@dataclass(frozen=True)
class Descriptor:
    """One thing that is said of an emotion.

    Args:
        kind: one of ``KINDS``.
        name: of an item of the declared vocabulary.
        value: 0..1; None if there is none.
        trace: the value over time, in the place of ``value``.
        confidence: 0..1; None if there is none.
    """

    kind: str
    name: str
    value: float | None = None
    trace: Trace | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Reference:
    """What an emotion has to do with something else.

    Args:
        uri: of it.
        role: one of ``ROLES``; "" if none is given.
        media_type: MIME type; "" if none is given.
    """

    uri: str
    role: str = ""
    media_type: str = ""


@dataclass(frozen=True)
class Annotation:
    """One ``<emotion>``.

    Args:
        descriptors: at least one.
        text: plain text in it.
        sets: URI of the vocabulary of each kind, where it differs from the document's.
        references: to other things.
        expressed_through: modalities, such as ``"face"`` or ``"voice"``.
        times: whole milliseconds by attribute, of ``TIMES``.
        time_ref_uri: what ``offset-to-start`` counts from.
        time_ref_anchor: ``"start"`` or ``"end"`` of it; "" if none is given.
        id: of the element.
        info: the ``<info>`` element as XML; "" if there is none.
        before: plain text of the document before it.
    """

    descriptors: tuple[Descriptor, ...]
    text: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    expressed_through: tuple[str, ...] = ()
    times: Mapping[str, int] = field(default_factory=dict)
    time_ref_uri: str = ""
    time_ref_anchor: str = ""
    id: str = ""
    info: str = ""
    before: str = ""


@dataclass(frozen=True)
class Item:
    """One word of a vocabulary that a document defines; ``info`` is XML, "" if there is none."""

    name: str
    info: str = ""


@dataclass(frozen=True)
class ItemList:
    """One ``<vocabulary>``.

    Args:
        kind: one of ``KINDS``.
        id: by which sets refer to it, as ``#id``.
        items: at least one.
        info: XML; "" if there is none.
    """

    kind: str
    id: str
    items: tuple[Item, ...]
    info: str = ""


@dataclass(frozen=True)
class Document:
    """A whole ``<emotionml>``.

    Args:
        annotations: the emotions in order.
        vocabularies: that the document defines.
        sets: URI of the vocabulary of each kind, for emotions that have none of their own.
        info: XML; "" if there is none.
        after: plain text behind the last emotion.
        foreign: attributes of the root from other namespaces, by ``{namespace}name``.
    """

    annotations: tuple[Annotation, ...] = ()
    vocabularies: tuple[ItemList, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)
    info: str = ""
    after: str = ""
    foreign: Mapping[str, str] = field(default_factory=dict)

    def set_of(self, annotation: Annotation, kind: str) -> str:
        """The URI of the vocabulary that an emotion's descriptors of a kind are of; "" if none is declared."""
        return annotation.sets.get(kind, self.sets.get(kind, ""))
