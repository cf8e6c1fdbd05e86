"""What an emotion is: the space, its words, its course over time, and the controls of media that follow from it.

The names that a program needs first can be taken from here; each is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conditioning.conditioning import Conditioning
    from conditioning.conversion import convert
    from conditioning.emotion import Emotion, blend, mix
    from conditioning.parsing import parse_emotion, understand
    from conditioning.script import parse_script
    from conditioning.timeline import Keyframe, Timeline
    from conditioning.vad import VAD
    from conditioning.vocabulary import vocabulary_names

__all__ = [
    "VAD", "Conditioning", "Emotion", "Keyframe", "Timeline", "blend", "convert", "mix", "parse_emotion", "parse_script",
    "understand", "vocabulary_names",
]  # fmt: skip

_HOMES = {
    "VAD": "vad", "Conditioning": "conditioning", "Emotion": "emotion", "Keyframe": "timeline", "Timeline": "timeline",
    "blend": "emotion", "convert": "conversion", "mix": "emotion", "parse_emotion": "parsing", "parse_script": "script",
    "understand": "parsing", "vocabulary_names": "vocabulary",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"conditioning.{_HOMES[name]}"), name)
