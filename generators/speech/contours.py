"""Durations, F0 and energy of a sentence, changed by controls before the decoder hears of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.speech.network import FRAME, VOICED
from generators.speech.prosody import Controls

__all__ = [
    "PAUSES",
    "VOWELS",
    "closing_mark",
    "course",
    "durations",
    "energies",
    "nucleus",
    "pitches",
    "reachable",
    "sloping",
    "stressed_vowels",
]

VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵊᵻ")
PAUSES = frozenset(";:,.!?—…")
_STRESS = "ˈ"
_WIDEST = 8.0  # semitones; at the borders of voicing F0 dips to 40 hertz, and such dips must not be scaled
_ENDING = 0.35  # seconds over which the final rise or fall acts, at the voice's own tempo
_DIVE = 6.0  # semitones below the median to which F0 sinks only where voicing ends and nothing of it is heard
# Seconds of the voice's own last fall, at its own tempo; rise in semitones that undoes all of it.
_TAIL, _LIFTED = 0.15, 3.0
# Hertz. Peaks above the first are lowered towards the second. Against the same frame of the neutral sentence (six sentences, pitch
# +5 and +9 st) the decoder's level is -0.2 dB at 330 to 360 Hz, -4 at 360 to 390, -6 at 390 to 420 and -8 at 420 to 450, where half
# of the frames come out without a pitch; so a wider range was heard as a narrower one.
_STRAINED, _HIGHEST = 300.0, 380.0
_DEEPEST = 0.5  # share of their own depth by which valleys may gain what peaks lose
_ACCENT = 0.05  # seconds, standard deviation of an accent's peak
_NUCLEUS, _BEFORE = (
    1.3,
    0.9,
)  # shares of an accent on the last stressed vowel, which bears the focus, and on those before
_EXCLAIMED = 1.25  # share of an accent in an exclamation
_KEPT_RISE = 0.25  # share of a final fall in a question, which else would not be heard as one
_SHORTEST = 0.4  # frames of 25 ms; less would let phonemes vanish


def stressed_vowels(symbols: Sequence[str]) -> np.ndarray:
    """Places of the vowels that follow a mark of primary stress."""
    found = []
    for mark in (i for i, symbol in enumerate(symbols) if symbol == _STRESS):
        found += [j for j in range(mark + 1, len(symbols)) if symbols[j] in VOWELS][:1]
    return np.array(found, dtype=int)


def nucleus(symbols: Sequence[str]) -> np.ndarray:
    """Place of the last vowel with primary stress, which bears the sentence's main accent unless it is told otherwise.

    Returns:
        ``(1,)``, or ``(0,)`` where nothing is stressed.
    """
    return stressed_vowels(symbols)[-1:]


def closing_mark(symbols: Sequence[str]) -> str:
    """The mark that ends a sentence: ``"?"``, ``"!"`` or another pause; "." where there is none."""
    return next((symbol for symbol in reversed(symbols) if symbol in PAUSES), ".")


def durations(symbols: Sequence[str], predicted: np.ndarray, controls: Controls) -> np.ndarray:
    """Whole frames of 25 ms for each symbol.

    Args:
        symbols: of the sentence with its two edges, length L.
        predicted: frames before rounding ``(L,)``.
        controls: along the symbols.

    Returns:
        ``(L,)`` int64. What is not changed is rounded as the model was trained, at least 1. Else the borders are
        rounded, which lets the rate rise above the one-frame floor; anew in each word, so that no word's length
        depends on what happens in another.
    """
    factor = 1 / controls["rate"]
    paused = np.array([symbol in PAUSES for symbol in symbols])
    factor = np.where(paused, controls["pause"], factor)
    factor[[0, -1]] = 1.0
    stressed = stressed_vowels(symbols)
    factor[stressed] *= controls["vowel"][stressed]
    factor *= controls["formant"]  # the decoder speaks slower by what resampling will speed up
    found = np.maximum(np.rint(predicted), 1).astype(np.int64)
    length = np.maximum(np.maximum(predicted, 0.5) * factor, _SHORTEST)
    for places in _changed_words(symbols, factor != 1.0):
        found[places] = np.diff(np.rint(np.cumsum(length[places])).astype(np.int64), prepend=0)
    return found


def _changed_words(symbols: Sequence[str], changed: np.ndarray) -> list[slice]:
    """Runs of changed places; a blank begins a new one."""
    found: list[slice] = []
    for place in np.flatnonzero(changed).tolist():
        if found and found[-1].stop == place and symbols[place] != " ":
            found[-1] = slice(found[-1].start, place + 1)
        else:
            found.append(slice(place, place + 1))
    return found


def pitches(
    f0: np.ndarray,
    stressed: np.ndarray,
    controls: Controls,
    frame: float = FRAME,
    *,
    focus: np.ndarray | None = None,
    mark: str = ".",
) -> np.ndarray:
    """F0 in hertz ``(F,)`` after its faders.

    Range is scaled about the sentence's median, then mean, slope, accents, ending and tremor are added in semitones. The
    accent on the focus is higher than those before it, all are in an exclamation, and a question keeps most of its rise.

    Args:
        f0: hertz ``(F,)``; at most ``VOICED`` where unvoiced.
        stressed: whether a frame belongs to a stressed vowel ``(F,)``.
        controls: along the frames.
        frame: seconds of a frame.
        focus: whether it belongs to the stressed vowel that bears the focus ``(F,)``; None if that is not known.
        mark: that ends the sentence.
    """
    f0 = f0.astype(float)
    voiced = f0 > VOICED
    if not voiced.any():
        return f0
    median = np.median(f0[voiced])
    swing = np.clip(12 * np.log2(np.where(voiced, f0, median) / median), -_WIDEST, _WIDEST)
    change = controls["pitch"] + (controls["pitch_range"] - 1) * swing
    height = stressed * (1.0 if focus is None else np.where(focus, _NUCLEUS, _BEFORE))
    height = height * (_EXCLAIMED if mark == "!" else 1.0)
    change += controls["declination"] * course(voiced) + _accents(height, controls, frame)
    change += _ending(np.where(voiced, swing, -_WIDEST), controls, frame, mark)
    phase = 2 * np.pi * np.cumsum(controls["tremor_rate"] / controls["formant"]) * frame
    change += controls["tremor"] * np.sin(phase)
    if np.all(change == 0.0):
        return f0
    return np.where(voiced, np.clip(f0 * 2 ** (change / 12), VOICED * 1.001, 900.0), f0)


def reachable(f0: np.ndarray, own: np.ndarray) -> np.ndarray:
    """F0 in hertz ``(F,)`` as the built-in decoder can voice it: peaks are bent below the highest that it reaches.

    What the peaks lose, on the mean over the voiced frames, the valleys below the median gain in depth, so that a wider range stays one.

    Args:
        f0: wanted ``(F,)``.
        own: what the network planned itself ``(F,)``, below which nothing is bent.
    """
    over = np.log(np.maximum(f0 / _STRAINED, 1.0))
    room = np.log(_HIGHEST / _STRAINED)
    bent = np.where(over > 0, _STRAINED * np.exp(room * np.tanh(over / room)), f0)
    bent = np.maximum(bent, np.minimum(f0, own))
    voiced = f0 > VOICED
    bent[voiced] = _deepened(bent[voiced], float(np.log(f0[voiced] / bent[voiced]).sum()))
    return bent


def _deepened(f0: np.ndarray, lost: float) -> np.ndarray:
    """Voiced F0 whose valleys below the median are deeper by as much in all, in the natural logarithm summed over frames."""
    if lost <= 0:
        return f0
    depth = np.log(np.median(f0) / f0)
    # What lies deepest is no valley but the border of voicing, which would be heard if it sank.
    depth = np.maximum(np.minimum(depth, _WIDEST / 12 * np.log(2) - depth), 0.0)
    more = min(lost / max(float(depth.sum()), 1e-9), _DEEPEST)
    return np.asarray(np.maximum(f0 * np.exp(-more * depth), VOICED * 1.001))


def course(sounding: np.ndarray) -> np.ndarray:
    """How far a sentence has come at each frame ``(F,)``: -0.5 to its first sound, evenly to 0.5 from its last on.

    Args:
        sounding: whether a frame does ``(F,)``; some does.
    """
    first, last = np.flatnonzero(sounding)[[0, -1]]
    return np.asarray(np.clip((np.arange(len(sounding)) - first) / max(last - first, 1), 0, 1) - 0.5)


def sloping(controls: Controls, sounding: np.ndarray) -> Controls:
    """Controls along the frames of a sentence with its slope of loudness in the loudness of each frame.

    Args:
        controls: along the F frames.
        sounding: whether a frame does ``(F,)``.
    """
    if controls.neutral(("loudness_slope",)) or not sounding.any():
        return controls
    level = controls["loudness"] + controls["loudness_slope"] * course(sounding)
    return Controls({**controls.values, "loudness": level})


def energies(energy: np.ndarray, controls: Controls) -> np.ndarray:
    """Energy ``(F,)`` after vocal effort and loudness range; silence (0 and below) stays as it is.

    Args:
        energy: ``(F,)``; speech is about 4 to 8.
        controls: along the frames.
    """
    loud = energy > 0
    if not loud.any() or controls.neutral(("effort", "loudness_range")):
        return energy
    swing = energy - np.median(energy[loud])
    change = (controls["loudness_range"] - 1) * swing + controls["effort"]
    return np.where(loud, energy + change, energy)


def _accents(height: np.ndarray, controls: Controls, frame: float) -> np.ndarray:
    """Peaks on stressed vowels, of the height that each frame of them has ``(F,)``, 0 beside them."""
    if not np.any(controls["accent"]) or not height.any():
        return np.zeros(len(height))
    from scipy.ndimage import gaussian_filter1d

    highest = gaussian_filter1d((height > 0).astype(float), _ACCENT / frame).max()
    peak = gaussian_filter1d(height.astype(float), _ACCENT / frame)
    return np.asarray(controls["accent"] * peak / highest)


def _ending(swing: np.ndarray, controls: Controls, frame: float, mark: str) -> np.ndarray:
    """Semitones of the final rise or fall, as long as the tempo makes it; a rise also takes the place of the voice's own last fall."""
    last = np.flatnonzero(swing > -_DIVE)[-1]
    tempo = float(controls["rate"][last])
    before = (last - np.arange(len(swing))) * frame * tempo
    shape = np.clip(1 - before / _ENDING, 0, 1) ** 1.5
    final = controls["final"]
    if mark == "?":
        final = np.where(final < 0, _KEPT_RISE * final, final)
    level = swing[max(0, last - round(_TAIL / frame / tempo))]
    fallen = np.maximum(level - swing, 0.0) * (before < _TAIL)
    lifted = fallen * np.clip(final / _LIFTED, 0, 1) * controls["pitch_range"]
    return np.asarray(final * shape + lifted)
