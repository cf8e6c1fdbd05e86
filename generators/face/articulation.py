"""What the mouth does while it speaks: visemes blended by dominance, with contacts that are always reached.

Every sound pulls the mouth towards its target with a dominance that is flat within the sound and falls off before and after
it, so that neighbours colour each other in both directions; the mouth is the weighted mean. Lips that must meet (p b m) and
a lip that must touch the teeth (f v) are then enforced, since a mean would leave them ajar.
Source: Cohen & Massaro 1993, "Modeling coarticulation in synthetic visual speech".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generators.base import ARKIT, Audio, Job, Phone
from generators.face.effort import opening_by_effort, opening_by_pace, vocal_effort
from generators.face.tables import Viseme, motion, visemes

__all__ = ["Articulation", "articulate", "loudness"]

_JAW = ARKIT.index("jawOpen")
_OPENING = [ARKIT.index(n) for n in ("mouthFunnel", "mouthPucker", "tongueOut")] + [
    i for i, n in enumerate(ARKIT) if n.startswith(("mouthLowerDown", "mouthUpperUp"))
]
_LOUD = [_JAW] + [
    i for i, n in enumerate(ARKIT) if n.startswith(("mouthFunnel", "mouthLowerDown", "mouthUpperUp"))
]
_BLOCK, _BESIDE = 1 << 17, 1 << 10  # samples that are filtered at once, and on each side of them
_CHUNK = 1024  # frames blended at once, so that memory does not grow with length
_MARGIN = 1.0  # seconds; the longest reach of a sound is far shorter


@dataclass(frozen=True)
class Articulation:
    """The speaking mouth over time.

    Args:
        weights: ``(T, 52)`` in the order of ``ARKIT``, 0..1.
        talking: how far speech owns the mouth, ``(T,)``, 0..1.
        turn: how far that holds of the lips' parting, ``(T,)``, 0..1: short pauses belong to it, for a mouth that an expression
            opened in each of them would move against its voice.
        contact: how far lips (or lip and teeth) must touch, ``(T,)``, 0..1.
        accent: how near a stressed vowel is, ``(T,)``, 0..1, for brows and head.
    """

    weights: np.ndarray
    talking: np.ndarray
    turn: np.ndarray
    contact: np.ndarray
    accent: np.ndarray


@dataclass(frozen=True)
class _Gesture:
    """One viseme with its time, seconds, its size and how much stress lies on it, 0, 1 or 2."""

    viseme: Viseme
    start: float
    end: float
    size: float
    stress: int

    @property
    def middle(self) -> float:
        """Seconds."""
        return (self.start + self.end) / 2


def articulate(phones: Sequence[Phone], times: np.ndarray, audio: Audio | None, job: Job) -> Articulation:
    """The mouth's track for what is said.

    Args:
        phones: in order of time; silence may be left out.
        times: seconds ``(T,)``, evenly spaced.
        audio: the sound, which opens the jaw by its loudness; None for even loudness.
        job: asked for cancelling at every chunk.
    """
    count = len(times)
    weights = np.zeros((count, len(ARKIT)))
    if not phones:
        still = np.zeros(count)
        return Articulation(weights, *(still.copy() for _ in range(4)))
    gestures = _sized(_gestures(phones), phones, audio)
    level = loudness(audio, times)
    for first in range(0, count, _CHUNK):
        job.step(first, count, "moving the mouth")
        part = slice(first, first + _CHUNK)
        ahead = times[part] + motion("speech")["anticipation"]
        weights[part] = _blend(_near(gestures, ahead), ahead, level[part])
    weights[:, _JAW] += _breath_before(phones, times)
    frame = float(times[1] - times[0]) if count > 1 else 0.04
    contact = np.zeros(count)
    for kind in ("teeth", "lips"):
        near_contact = _contact(gestures, kind, times, frame)
        _close(weights, near_contact, kind)
        contact = np.maximum(contact, near_contact)
    talking, turn = (_talking(phones, times, motion("speech")[name]) for name in ("fade", "turn_fade"))
    return Articulation(np.clip(weights, 0, 1), talking, turn, contact, _accent(gestures, times))


def loudness(audio: Audio | None, times: np.ndarray) -> np.ndarray:
    """How loud the voice is about each time, ``(T,)``, 0 at the floor to 1 at the track's loud level.

    Hiss is left out: an /s/ is loud behind teeth that nearly meet, and would open the mouth wider than the vowels beside it.

    Args:
        audio: mono or several channels; None gives 0.6 everywhere.
        times: seconds ``(T,)``.
    """
    if audio is None or len(audio.samples) == 0:
        return np.full(len(times), 0.6)
    mono = audio.samples if audio.samples.ndim == 1 else audio.samples.mean(axis=1)
    half = 0.02 * audio.sample_rate
    low = np.clip((times * audio.sample_rate - half).astype(int), 0, len(mono) - 1)
    high = np.clip((times * audio.sample_rate + half).astype(int) + 1, low + 1, len(mono))
    before, until = _power_before(_voice(mono, audio.sample_rate), np.stack([low, high]))
    level = 10 * np.log10((until - before) / (high - low) + 1e-9)
    loud = np.percentile(level, 95)
    return np.clip(1 - (level - loud) / motion("speech")["energy_floor"], 0, 1)


def _power_before(blocks: Iterable[np.ndarray], places: np.ndarray) -> np.ndarray:
    """Sum of the squares of all samples before each place, of a wave that comes in blocks; like ``places``."""
    found, total, start = np.zeros(places.shape), 0.0, 0
    for block in blocks:
        running = np.cumsum(np.concatenate([[total], block.astype(float) ** 2]))
        here = (places >= start) & (places <= start + len(block))
        found[here] = running[places[here] - start]
        total, start = running[-1], start + len(block)
    return found


def _voice(wave: np.ndarray, rate: int) -> Iterator[np.ndarray]:
    """A wave ``(n,)`` without the hiss above the voice's formants, as a Butterworth filter of second order takes it, but with no delay.

    It comes in blocks, so that a long recording takes hardly more memory than a short one.
    """
    highest = motion("speech")["voice_hertz"]
    size = _BLOCK + 2 * _BESIDE
    gain = 1 / np.sqrt(1 + (np.fft.rfftfreq(size, 1 / rate) / highest) ** 4)
    for start in range(0, len(wave), _BLOCK):
        block = wave[start : start + _BLOCK]
        if rate > 2 * highest:
            first, last = max(start - _BESIDE, 0), start + _BLOCK + _BESIDE
            around = np.pad(wave[first:last], (first - start + _BESIDE, 0))
            filtered = np.fft.irfft(np.fft.rfft(around, size) * gain)
            block = filtered[_BESIDE : _BESIDE + len(block)].astype(np.float32)
        yield block


def _gestures(phones: Sequence[Phone]) -> list[_Gesture]:
    """Phones as visemes, diphthongs as two, and rests in the pauses."""
    law, table = motion("speech"), visemes()
    rest = table.by_name["rest"]
    found = [_Gesture(rest, phones[0].start - 1.0, phones[0].start, 1.0, 0)]
    for phone, following in zip(phones, [*phones[1:], None], strict=True):
        size = law["stressed"] if phone.stress == 1 else 1.0 if phone.stress == 2 else law["unstressed"]
        parts = table.of(phone.symbol)
        split = phone.start + (phone.end - phone.start) * (law["glide"] if len(parts) == 2 else 1.0)
        for viseme, start, end in zip(parts, (phone.start, split), (split, phone.end), strict=False):
            found.append(
                _Gesture(
                    viseme, start, end, size if viseme.vowel else 1.0, phone.stress if viseme.vowel else 0
                )
            )
        pause_end = following.start if following else phone.end + 1.0
        if pause_end - phone.end >= law["rest_gap"]:
            found.append(_Gesture(rest, phone.end, pause_end, 1.0, 0))
    return found


def _sized(gestures: list[_Gesture], phones: Sequence[Phone], audio: Audio | None) -> list[_Gesture]:
    """Gestures whose vowels open by vocal effort and pace."""
    middles = np.array([gesture.middle for gesture in gestures])
    effort = opening_by_effort(vocal_effort(audio, middles))
    pace = np.interp(middles, [(phone.start + phone.end) / 2 for phone in phones], opening_by_pace(phones))
    return [
        replace(gesture, size=gesture.size * float(factor)) if gesture.viseme.vowel else gesture
        for gesture, factor in zip(gestures, effort * pace, strict=True)
    ]


def _near(gestures: list[_Gesture], times: np.ndarray) -> list[_Gesture]:
    """The gestures that can reach a stretch of time."""
    first, last = times[0] - _MARGIN, times[-1] + _MARGIN
    near = [g for g in gestures if g.end >= first and g.start <= last]
    return near or gestures[-1:]


def _blend(gestures: list[_Gesture], times: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Mean of the gestures' targets, weighted by their dominance at each time, ``(T, 52)``."""
    law = motion("speech")
    start = np.array([g.start for g in gestures])
    end = np.array([g.end for g in gestures])
    inset = (end - start) * (1 - law["core"]) / 2
    early = np.maximum(start + inset - times[:, None], 0) / np.array([g.viseme.before for g in gestures])
    late = np.maximum(times[:, None] - end + inset, 0) / np.array([g.viseme.after for g in gestures])
    force = np.array([g.viseme.dominance * (0.6 + 0.4 * g.size) for g in gestures])
    dominance = force * np.exp(-((early + late) ** 1.5)) + 1e-9
    targets = np.array([g.viseme.target * g.size for g in gestures])
    mouth: np.ndarray = (dominance @ targets) / dominance.sum(axis=1, keepdims=True)
    stiff = dominance * np.array([g.viseme.jaw for g in gestures])
    mouth[:, _JAW] = (stiff @ targets[:, _JAW]) / stiff.sum(axis=1)
    quiet, loud = law["opening_gain"]
    mouth[:, _LOUD] *= (quiet + (loud - quiet) * level)[:, None]
    return mouth


def _contact(gestures: list[_Gesture], kind: str, times: np.ndarray, frame: float) -> np.ndarray:
    """How far a contact must hold, ``(T,)``, 0..1: 1 at the frame nearest to each such sound's middle.

    A contact of the other kind close by cuts the way to and from it short, since both must be reached; so does a vowel, which
    would otherwise be spoken through shut lips.
    """
    full = motion("speech")["contact_ramp"]
    others = np.array([g.middle for g in gestures if g.viseme.contact not in ("", kind)])
    vowels = np.array([g.middle for g in gestures if g.viseme.vowel])
    held = np.zeros(len(times))
    for gesture in gestures:
        if gesture.viseme.contact != kind:
            continue
        middle = gesture.middle
        room = np.abs(others - middle).min(initial=np.inf) - frame / 2
        half = max(min(0.3 * (gesture.end - gesture.start), room - frame / 4), frame / 2 + 1e-6)
        ramp = min(full, max(room - half, 1e-6))
        ramp = min(ramp, max(np.abs(vowels - middle).min(initial=np.inf) - half, frame))
        low, high = np.searchsorted(times, (middle - half - ramp, middle + half + ramp))
        distance = np.maximum(np.abs(times[low:high] - middle) - half, 0) / ramp
        held[low:high] = np.maximum(held[low:high], 0.5 + 0.5 * np.cos(np.pi * np.clip(distance, 0, 1)))
    return held


def _close(weights: np.ndarray, held: np.ndarray, kind: str) -> None:
    """Bring the mouth to a contact where it must hold; changes ``weights`` in place."""
    target = visemes().by_name["PP" if kind == "lips" else "FF"].target
    ajar = 1 - held[:, None]
    weights[:, _OPENING] *= ajar
    weights[:, _JAW] = weights[:, _JAW] * (1 - held) + target[_JAW] * held
    moved = target > 0
    weights[:, moved] = weights[:, moved] * ajar + target[moved] * held[:, None]


def _talking(phones: Sequence[Phone], times: np.ndarray, fade: float) -> np.ndarray:
    """How far speech owns the mouth, ``(T,)``: 1 within it, easing to 0 in pauses, half of it ``fade`` seconds from a sound."""
    starts = np.array([p.start for p in phones])
    ends = np.maximum.accumulate([p.end for p in phones])
    last = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
    after = np.where(times >= starts[0], np.maximum(times - ends[last], 0), np.inf)
    following = np.minimum(last + 1, len(starts) - 1)
    before = np.where(times < starts[0], starts[0] - times, np.maximum(starts[following] - times, 0))
    before = np.where((following == last) & (times >= starts[0]), np.inf, before)
    distance = np.minimum(after, before) / fade
    share = np.clip(1.5 - distance, 0, 1)
    owned: np.ndarray = share * share * (3 - 2 * share)
    return owned


def _accent(gestures: list[_Gesture], times: np.ndarray) -> np.ndarray:
    """How near a stressed vowel is, ``(T,)``, 0..1; secondary stress counts half."""
    near = np.zeros(len(times))
    for gesture in gestures:
        if gesture.stress:
            middle = gesture.middle
            low, high = np.searchsorted(times, (middle - 0.3, middle + 0.3))
            pulse = np.exp(-(((times[low:high] - middle) / 0.10) ** 2)) * (
                1.0 if gesture.stress == 1 else 0.5
            )
            near[low:high] = np.maximum(near[low:high], pulse)
    return near


def _breath_before(phones: Sequence[Phone], times: np.ndarray) -> np.ndarray:
    """Jaw of the breath taken before speech sets in after a pause, ``(T,)``."""
    law = motion("speech")
    jaw = np.zeros(len(times))
    previous = phones[0].start - 1.0
    for phone in phones:
        if phone.start - previous >= law["breath_gap"]:
            jaw += law["breath_open"] * np.exp(-(((times - phone.start + 0.14) / 0.07) ** 2))
        previous = phone.end
    return jaw
