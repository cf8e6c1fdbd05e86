"""SSML 1.1 (https://www.w3.org/TR/speech-synthesis11/) as a script: the part of it that the studio follows.

Followed are ``speak``, ``p``, ``s``, ``break``, ``emphasis``, ``prosody``, ``say-as``, ``phoneme``, ``sub``, ``voice`` and the
``<emotion>`` of EmotionML, which holds for its own words or, without any, for the rest of the element that it stands in.
What else is found stands in ``Script.ignored``; its words are said, tags never are. The tree is read through defusedxml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from conditioning.delivery import KINDS, PLAIN, Prosody, Reading
from conditioning.emotion import Emotion
from conditioning.emotionml import NAMESPACE as EMOTIONML
from conditioning.emotionml import EmotionmlError
from conditioning.emotionml_meaning import understand_annotation
from conditioning.emotionml_reader import read_emotion_element
from conditioning.emotionml_tree import Tree, read_tree
from conditioning.errors import EmotionError, RequestError, ScriptError, nearest
from conditioning.guess import Reader
from conditioning.marks import LONGEST_PAUSE
from conditioning.script_reader import HIDDEN, PARAGRAPH_PAUSE, script_text
from conditioning.spans import Script
from conditioning.ssml_spans import Gathered, Manner
from conditioning.ssml_values import break_seconds, emphasis_degree, with_prosody

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_T = TypeVar("_T")

__all__ = ["ELEMENTS", "SsmlError", "is_ssml", "parse_ssml"]

ELEMENTS = ("speak", "p", "s", "break", "emphasis", "prosody", "say-as", "phoneme", "sub", "voice")
"""The elements of SSML that are followed."""

_START = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<speak\b", re.DOTALL)
_UNSAID = frozenset(
    ["metadata", "meta", "lexicon", "desc", "mark", "info"]
)  # nothing in them is meant to be said
_INLINE = ("prosody", "emphasis", "say-as", "phoneme", "sub")  # may stand inside a word
_PROSODY = ("rate", "volume", "pitch", "range")
_SETS = ("category", "dimension", "appraisal", "action-tendency")
_MODALITY = {"voice": "speech", "face": "face"}


class SsmlError(ScriptError):
    """An SSML document that cannot be read; knows line and column."""


def is_ssml(text: str) -> bool:
    """Whether a text begins like SSML.

    Example:
        >>> is_ssml("<speak>Hello.</speak>"), is_ssml("Hello.")
        (True, False)
    """
    return _START.match(text.removeprefix(HIDDEN)) is not None


def parse_ssml(text: str, *, base: Emotion | None = None, auto: Reader | None = None) -> Script:
    """The script that an SSML document means.

    Args:
        text: up to ``conditioning.script_reader.MAX_SCRIPT`` characters.
        base: emotion of what no ``<emotion>`` holds for; neutral if None.
        auto: reads the emotion of that from its words, in the place of ``base``.

    Raises:
        SsmlError: it is not well-formed, declares a document type, or an attribute is none that SSML has.
        EmotionmlError: an emotion in it breaks a rule of EmotionML.
        RequestError: it is too long.

    Example:
        >>> [span.text for span in parse_ssml("<speak>Wait <break time='500ms'/> for me.</speak>").spans]
        ['Wait', 'for me.']
    """
    try:
        tree = read_tree(script_text(text))
    except EmotionmlError as error:
        message = error.message.split(": ", 1)[1]
        raise SsmlError(message, error.remedy, line=error.line, column=error.column) from None
    if _name(tree.root) != "speak":
        raise _fault(
            tree, tree.root, f"The document begins with <{tree.root.tag}>.", "Begin it with <speak>."
        )
    walk = _Walk(tree, Gathered(base or Emotion.neutral(), auto))
    walk.inside(tree.root, Manner(None, {}, "", PLAIN))
    spans = walk.found.finish()
    if not any(span.text for span in spans):
        raise _fault(tree, tree.root, "The document has no words.", "Write what is to be said.")
    return Script(spans, tuple(dict.fromkeys(walk.ignored)))


@dataclass(frozen=True)
class _Sets:
    """Vocabularies of EmotionML that are declared around a place: URI by kind."""

    uris: tuple[tuple[str, str], ...] = ()

    def within(self, element: Element) -> _Sets:
        own = {kind: element.attrib[f"{kind}-set"] for kind in _SETS if f"{kind}-set" in element.attrib}
        return _Sets(tuple({**dict(self.uris), **own}.items())) if own else self


class _Walk:
    """Goes once through a document."""

    def __init__(self, tree: Tree, found: Gathered) -> None:
        self.tree = tree
        self.found = found
        self.ignored: list[str] = []

    def inside(self, element: Element, manner: Manner, sets: _Sets | None = None) -> None:
        """All words of an element and of those in it; an emotion without words changes the manner of what follows."""
        sets = (sets or _Sets()).within(element)
        self.found.say(element.text or "", manner, self.tree.places[element])
        for child in element:
            manner = self.child(child, manner, sets)
            self.found.say(child.tail or "", manner, self.tree.places[child])

    def child(self, element: Element, manner: Manner, sets: _Sets) -> Manner:
        """One element; gives the manner of what follows it."""
        name = _name(element)
        if name not in _INLINE:
            self.found.part()
            manner = self.parted(element, name, manner, sets)
            self.found.part()
            return manner
        if name == "prosody":
            self.inside(element, replace(manner, prosody=self.prosody(element, manner.prosody)), sets)
            return manner
        begin = self.found.place
        self.inside(element, manner, sets)
        self.found.read(self.reading(element, name), begin)
        return manner

    def parted(self, element: Element, name: str, manner: Manner, sets: _Sets) -> Manner:
        """An element that parts words; gives the manner of what follows it."""
        if str(element.tag).startswith("{" + EMOTIONML):
            return self.emotion(element, manner, sets)
        if name in ("p", "paragraph"):
            self.found.end_sentence()
            self.found.rest(PARAGRAPH_PAUSE, at_least=True)
            self.inside(element, manner, sets)
            self.found.end_sentence()
            self.found.rest(PARAGRAPH_PAUSE, at_least=True, later=True)
        elif name in ("s", "sentence"):
            self.found.end_sentence()
            self.inside(element, manner, sets)
            self.found.end_sentence()
        elif name == "break":
            self.pause(element)
        elif name == "voice":
            self.inside(element, self.voice(element, manner), sets)
        else:
            self.unknown(element, name, manner, sets)
        return manner

    def unknown(self, element: Element, name: str, manner: Manner, sets: _Sets) -> None:
        if name in ("token", "w"):  # they only say that something is a word
            self.inside(element, manner, sets)
            return
        said = name not in _UNSAID and len(element) + len((element.text or "").strip()) > 0
        what = ", its words are said" if said else ""
        self.ignored.append(f"<{name}> of SSML is not followed{what}.")
        if name not in _UNSAID:
            self.inside(element, manner, sets)

    def pause(self, element: Element) -> None:
        seconds = self.located(
            element, lambda: break_seconds(element.get("time"), element.get("strength"), LONGEST_PAUSE)
        )
        if seconds == 0.0 and element.get("strength") == "none":
            self.ignored.append('<break strength="none"> cannot take a pause away that the voice makes.')
        self.found.rest(seconds)

    def prosody(self, element: Element, before: Prosody) -> Prosody:
        for key in element.attrib:
            if key not in _PROSODY:
                self.ignored.append(f"{key} of <prosody> is not followed.")
        for name in _PROSODY:
            value = element.get(name)
            if value is not None:
                before = self.located(element, lambda: with_prosody(before, name, value))  # noqa: B023 - called at once
        return before

    def voice(self, element: Element, manner: Manner) -> Manner:
        for key in element.attrib:
            if key != "name":
                self.ignored.append(f"{key.rpartition('}')[2]} of <voice> is not followed; name one.")
        named = element.get("name", "").split()
        return replace(manner, speaker=named[0]) if named else manner

    def reading(self, element: Element, name: str) -> Reading | None:
        """What an element tells of its words; None if it tells nothing that is followed."""
        if name == "emphasis":
            return Reading(0, emphasis=self.located(element, lambda: emphasis_degree(element.get("level"))))
        if name == "sub":
            return Reading(0, said=" ".join(self.needed(element, "alias").split()))
        if name == "phoneme":
            alphabet = element.get("alphabet", "ipa")
            if alphabet != "ipa":
                self.ignored.append(f"The alphabet {alphabet!r} of <phoneme> is not known; ipa is.")
                return None
            return Reading(0, ipa=self.needed(element, "ph").strip().strip("/[]"))
        kind = self.needed(element, "interpret-as").strip().casefold()
        kind = {"spell-out": "characters", "number": "cardinal", "digits": "characters"}.get(kind, kind)
        if kind not in KINDS:
            close = nearest(kind, KINDS)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            self.ignored.append(f"interpret-as {kind!r} of <say-as> is not followed.{hint}")
            return None
        return Reading(0, kind=kind, form=element.get("format", "").strip().casefold())

    def emotion(self, element: Element, manner: Manner, sets: _Sets) -> Manner:
        """An element of EmotionML, and the manner of what follows it."""
        if _name(element) == "emotionml":
            self.inside(element, manner, sets)
            return manner
        if _name(element) != "emotion":
            if _name(element) != "info":
                self.ignored.append(f"<{_name(element)}> of EmotionML stands outside an <emotion>.")
            return manner
        annotation = read_emotion_element(self.tree, element, dict(sets.uris))
        try:
            understood = understand_annotation(annotation)
        except EmotionError as error:
            raise _fault(self.tree, element, error.message, error.remedy) from error
        through = annotation.expressed_through
        self.ignored += [note for note in understood.notes if "expressed through" not in note]
        media = [_MODALITY[modality] for modality in through if modality in _MODALITY]
        own = (
            replace(manner, overrides={**manner.overrides, **dict.fromkeys(media, understood.emotion)})
            if media
            else replace(manner, emotion=understood.emotion, overrides={})
        )
        worded = bool(annotation.text.strip()) or any(not _is_emotionml(child) for child in element)
        if not worded:
            return own
        self.found.say(element.text or "", own, self.tree.places[element])
        for child in element:
            if not _is_emotionml(child):
                own = self.child(child, own, sets)
            self.found.say(child.tail or "", own, self.tree.places[child])
        return manner

    def needed(self, element: Element, key: str) -> str:
        value = element.get(key)
        if not value or not value.strip():
            raise _fault(self.tree, element, f"<{_name(element)}> has no {key}.", "Give it one.")
        return value

    def located(self, element: Element, read: Callable[[], _T]) -> _T:
        """What ``read`` gives, its errors with their place."""
        try:
            return read()
        except RequestError as error:
            raise _fault(self.tree, element, error.message, error.remedy) from error


def _is_emotionml(element: Element) -> bool:
    return str(element.tag).startswith("{" + EMOTIONML)


def _name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _fault(tree: Tree, element: Element, message: str, remedy: str) -> SsmlError:
    line, column = tree.places[element]
    return SsmlError(message, remedy, line=line, column=column)
