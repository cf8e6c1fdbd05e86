"""XML as a tree whose elements know their line and column, read through defusedxml.

Document type declarations are refused altogether, and with them entities that grow (billion laughs) and entities that fetch
files or addresses; so are trees of more than ``MAX_DEPTH`` levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conditioning.emotionml import NAMESPACE, EmotionmlError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "Tree", "as_xml", "local_name", "read_tree"]

MAX_CHARACTERS = 4_000_000
"""Characters, or bytes, that a document may have."""

MAX_DEPTH = 50
"""Levels that a document may have; EmotionML itself needs four, the rest is for what stands in ``<info>``."""


@dataclass(frozen=True)
class Tree:
    """A document.

    Args:
        root: its first element.
        places: line and column, both 1-based, of each element.
    """

    root: Element
    places: dict[Element, tuple[int, int]]

    def error(self, element: Element, message: str, remedy: str) -> EmotionmlError:
        """The error at an element."""
        line, column = self.places[element]
        return EmotionmlError(message, remedy, line=line, column=column)


def read_tree(text: str | bytes) -> Tree:
    """The tree of an XML document.

    Raises:
        EmotionmlError: the document is too long or too deep, has a document type declaration, or is not well-formed XML.
    """
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    if len(text) > MAX_CHARACTERS:
        raise _at(
            1, 1, f"The document has {len(text)} characters.", f"Split it: {MAX_CHARACTERS} are the most."
        )

    class Builder(TreeBuilder):  # local, since its base is imported when it is needed
        def __init__(self) -> None:
            super().__init__()
            self.places: dict[Element, tuple[int, int]] = {}
            self.depth = 0
            self.expat: Any = None

        def start(self, tag: str, attrs: dict[str, str]) -> Element:
            self.depth += 1
            place = self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1
            if self.depth > MAX_DEPTH:
                raise _at(*place, f"The document has more than {MAX_DEPTH} levels.", "Make it flatter.")
            element = super().start(tag, attrs)
            self.places[element] = place
            return element

        def end(self, tag: str) -> Element:
            self.depth -= 1
            return super().end(tag)

    builder = Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.expat = parser.parser
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException as error:
        place = builder.expat.CurrentLineNumber, builder.expat.CurrentColumnNumber + 1
        raise _at(
            *place,
            f"The document declares a document type or entities ({type(error).__name__}).",
            "Take the <!DOCTYPE …> out: nothing here needs one, and entities can fetch files or fill the memory.",
        ) from error
    except ParseError as error:
        line, column = error.position
        said = str(error).split(":")[0]
        raise _at(line, column + 1, f"The document is not XML: {said}.", "Mend it at this place.") from error
    except (ValueError, LookupError) as error:
        raise _at(1, 1, f"The document is not XML: {error}.", "Save it as UTF-8.") from error
    return Tree(root, builder.places)


def as_xml(element: Element) -> str:
    """An element with all that is in it as XML that stands alone."""
    from xml.etree.ElementTree import tostring

    tail, element.tail = element.tail, None
    try:
        return tostring(element, encoding="unicode")
    finally:
        element.tail = tail


def local_name(element: Element) -> str:
    """The name of an element of EmotionML, "" for one of another namespace."""
    head, _, name = str(element.tag).rpartition("}")
    return name if head == "{" + NAMESPACE else ""


def _at(line: int, column: int, message: str, remedy: str) -> EmotionmlError:
    return EmotionmlError(message, remedy, line=line, column=column)
