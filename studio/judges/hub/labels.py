"""What the outputs of someone else's network mean: classes and axes in the order of its own config.

A network's config names its outputs (``id2label``). Nothing is assumed about their order: a config that leaves a name out, says
two things or counts otherwise than its weights is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from conditioning.assets import asset_table
from conditioning.errors import UnknownNameError
from conditioning.vad import AXES, VAD
from conditioning.vocabulary import lexicon, vocabulary
from conditioning.words import fold_word
from studio.judges.base import Reading
from studio.judges.hub.checkpoints import Checkpoint

__all__ = ["Axes", "Classes", "axes_of", "class_names", "classes_of"]

_OTHER_AXIS_NAMES = {"pleasure": "valence", "activation": "arousal"}


@dataclass(frozen=True)
class Classes:
    """Classes of which one is right.

    Args:
        names: as the network's config writes them, in the order of its outputs.
        emotions: the lexicon emotion of each; None for a class without a feeling, such as ``other``.
    """

    names: tuple[str, ...]
    emotions: tuple[str | None, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The lexicon emotions that can be read, each once, in the order of the outputs."""
        return tuple(dict.fromkeys(name for name in self.emotions if name is not None))

    def reading(self, probabilities: np.ndarray) -> Reading:
        """The reading of probabilities ``(K,)`` that sum to 1.

        Classes of the same emotion are added. Classes without a feeling are left out and the others divided by what is
        left; ``confidence`` stays the likeliest emotion's own probability and ``floor`` is that of the likeliest class without a
        feeling, so that where ``other`` is on top there is no reading.
        """
        own = dict.fromkeys(self.labels, 0.0)
        floor = 0.0
        for emotion, value in zip(self.emotions, probabilities, strict=True):
            if emotion is None:
                floor = max(floor, float(value))
            else:
                own[emotion] += float(value)
        total = sum(own.values())
        if total <= 0:
            return Reading({})
        shares = {name: value / total for name, value in own.items()}
        return Reading(shares, confidence=max(own.values()), floor=floor)


@dataclass(frozen=True)
class Axes:
    """Outputs that are places on valence, arousal and dominance.

    Args:
        order: axis of each output.
        low: output that means -1.
        high: output that means 1.
    """

    order: tuple[str, ...]
    low: float
    high: float

    def reading(self, values: np.ndarray) -> Reading:
        """The reading of outputs ``(A,)``; an axis that is not among them is neutral, and what lies outside the range is cut."""
        scaled = (np.asarray(values, float) - self.low) / (self.high - self.low) * 2.0 - 1.0
        named = {
            axis: float(np.clip(value, -1.0, 1.0)) for axis, value in zip(self.order, scaled, strict=True)
        }
        return Reading({}, VAD(**named))


def class_names(checkpoint: Checkpoint, outputs: int) -> tuple[str, ...]:
    """The names of a network's outputs in their order.

    Args:
        checkpoint: with ``id2label`` in its config.
        outputs: how many the weights have.

    Raises:
        EngineError: the config names none, not all or too many of them, or its ``label2id`` says otherwise.
    """
    table = checkpoint.config.get("id2label")
    if not isinstance(table, Mapping) or not table:
        raise checkpoint.fault("its config.json has no id2label, so the order of its outputs is unknown")
    if sorted(table) != sorted(str(number) for number in range(len(table))):
        raise checkpoint.fault(f"id2label numbers its classes {', '.join(sorted(table))}")
    names = tuple(str(table[str(number)]) for number in range(len(table)))
    if len(names) != outputs:
        raise checkpoint.fault(f"id2label names {len(names)} classes, the weights have {outputs} outputs")
    if len(set(names)) < len(names):
        raise checkpoint.fault(f"id2label names a class twice: {', '.join(names)}")
    if any(name.startswith("LABEL_") for name in names):
        raise checkpoint.fault(
            f"id2label does not say what its classes are ({names[0]} …)",
            "Write their names into config.json.",
        )
    back = checkpoint.config.get("label2id") or {}
    contradicted = [name for number, name in enumerate(names) if name in back and int(back[name]) != number]
    if contradicted:
        raise checkpoint.fault(f"id2label and label2id disagree on {contradicted[0]!r}")
    return names


def classes_of(
    checkpoint: Checkpoint, names: Sequence[str], *, of: str = "", meanings: Mapping[str, str] | None = None
) -> Classes:
    """The emotions that class names mean.

    Args:
        checkpoint: named in errors.
        names: in the order of the outputs.
        of: vocabulary that has to have exactly these labels; "" takes names and aliases of the lexicon.
        meanings: lexicon emotions of names that the studio does not know; "" for a class without a feeling.

    Raises:
        EngineError: a name means nothing known, or the labels are not those of the vocabulary.
        UnknownNameError: a meaning is not in the lexicon.
    """
    own = dict(meanings or {})
    for emotion in own.values():
        if emotion and emotion not in lexicon():
            raise UnknownNameError("emotion", emotion, lexicon().names)
    known = _labels_of(of) if of else _words()
    if of:
        missing = sorted(set(known) - {fold_word(name) for name in names})
        if missing:
            raise checkpoint.fault(f"its classes lack {', '.join(missing)} of {vocabulary(of).title}")
    emotions = []
    for name in names:
        key = fold_word(name)
        if name not in own and key not in known:
            raise checkpoint.fault(
                f"its class {name!r} is no label of {of}"
                if of
                else f"the studio does not know its class {name!r}",
                f'Say what it means: meanings={{"{name}": "joy"}}, or "" for no feeling.',
            )
        emotions.append((own[name] or None) if name in own else known[key])
    return Classes(tuple(names), tuple(emotions))


def axes_of(checkpoint: Checkpoint, names: Sequence[str], *, low: float, high: float) -> Axes:
    """Axes in the order in which a config names them.

    Args:
        checkpoint: named in errors.
        names: of the outputs.
        low: output that means -1.
        high: output that means 1.

    Raises:
        EngineError: a name is no axis.
    """
    order = tuple(_OTHER_AXIS_NAMES.get(name.casefold(), name.casefold()) for name in names)
    strange = [name for name, axis in zip(names, order, strict=True) if axis not in AXES]
    if strange or len(set(order)) < len(order):
        raise checkpoint.fault(
            f"its outputs are {', '.join(names)}, not valence, arousal and dominance in any order"
        )
    return Axes(order, low, high)


def _labels_of(name: str) -> dict[str, str | None]:
    """Lexicon emotion of each label of a vocabulary, by folded name."""
    return {fold_word(label.name): label.emotion for label in vocabulary(name).labels}


def _words() -> dict[str, str | None]:
    """Lexicon emotion of each name and alias, and the classes without a feeling that classifiers have."""
    found: dict[str, str | None] = {}
    for label in lexicon().labels:
        for word in (label.name, *label.aliases):
            found.setdefault(fold_word(word), label.name)
    for word, emotion in asset_table("judges", "hub", "classes.toml")["classes"].items():
        found[fold_word(word)] = emotion or None
    return found
