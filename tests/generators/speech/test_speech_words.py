"""An emotion on one word: what it moves in that word, and what it leaves alone two words away."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from conditioning.script import parse_script
from external.world import world
from generators.base import Job, SpeechRequest, SpeechTrack
from generators.registry import load

RATE = 24_000
SENTENCES = {  # and the place of the word that is marked
    "The man in the garden gave a yellow flower to my mother today.": 7,
    "We all remember the summer morning when our neighbours moved away.": 4,
    "Nobody in this village really knows who owns that little boat.": 4,
    "My uncle Adam never believed the rumour about a ghost in our mill.": 4,
    "You and I should leave before the early train comes in.": 5,
    "Her brother Martin is already running along the other river again.": 5,
}
EMOTIONS = ("joy", "anger", "sadness")
SHORTEST = 0.08  # seconds of a word in which level and F0 can be measured


@cache
def spoken(text: str) -> SpeechTrack:
    return load("speech=hibari").generate(SpeechRequest(parse_script(text), job=Job(1)))


def marked(text: str, place: int, emotion: str) -> SpeechTrack:
    words = text.split()
    return spoken(" ".join([*words[:place], f"[{emotion}]{words[place]}[/]", *words[place + 1 :]]))


def measured(track: SpeechTrack) -> np.ndarray:
    """F0 in hertz, level as root mean square, and seconds of each word ``(words, 3)``; NaN where it cannot be measured."""
    sound = track.audio.samples.astype(float)
    found, times = world().dio(sound, RATE, f0_floor=60.0, f0_ceil=700.0)
    found = world().stonemask(sound, found, times, RATE)
    power = np.convolve(sound**2, np.ones(480) / 480, "same")
    power = power[np.minimum((times * RATE).astype(int), len(sound) - 1)]
    clear = (found > 0) & (power > np.percentile(power, 95) * 10**-2.5)
    rows = []
    for word in track.words:
        inside = clear & (times >= word.start) & (times < word.end)
        length = word.end - word.start
        part = sound[int(word.start * RATE) : int(word.end * RATE)]
        level = np.sqrt(np.mean(part**2)) if length >= SHORTEST else np.nan
        pitch = np.exp(np.mean(np.log(found[inside]))) if inside.sum() > 7 else np.nan
        rows.append((pitch, level, length))
    rows[-1] = (np.nan, *rows[-1][1:])  # it ends in a creak, where the tracker slips by an octave
    return np.array(rows)


@cache
def ratios(emotion: str) -> tuple[np.ndarray, np.ndarray]:
    """What the emotion multiplies: in the marked words ``(n, 3)``, and in those two words away and further ``(m, 3)``."""
    own, far = [], []
    for text, place in SENTENCES.items():
        ratio = measured(marked(text, place, emotion)) / measured(spoken(text))
        own.append(ratio[place])
        far.append(np.delete(ratio, [place - 1, place, place + 1], axis=0))
    return np.array(own), np.concatenate(far)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_words_two_away_stay_within_five_per_cent(emotion):
    far = ratios(emotion)[1]
    assert np.isfinite(far).sum(axis=0).min() >= 20
    assert np.nanmax(np.abs(far - 1)) < 0.05


@pytest.mark.parametrize(("emotion", "up"), [("joy", True), ("anger", True), ("sadness", False)])
def test_the_word_itself_moves_in_pitch_and_level(emotion, up):
    pitch, level, _ = np.nanmean(ratios(emotion)[0], axis=0)
    assert (pitch > 1.2 and level > 1.4) if up else (pitch < 0.98 and level < 0.8)


def test_the_word_itself_moves_in_length():
    lengths = {emotion: np.mean(ratios(emotion)[0][:, 2]) for emotion in EMOTIONS}
    assert lengths["sadness"] > 1.15
    assert lengths["anger"] < 1.0
    assert lengths["joy"] < 1.1


def flux(sound: np.ndarray) -> np.ndarray:
    """Rise of the spectrum from one 5 ms step to the next, decibels over the bands, with its seconds ``(2, n)``."""
    frames = np.lib.stride_tricks.sliding_window_view(sound.astype(float), 240)[::120] * np.hanning(240)
    power = 10 * np.log10(np.abs(np.fft.rfft(frames, axis=1)) ** 2 + 1e-5)
    rise = np.maximum(np.diff(power, axis=0), 0).mean(axis=1)
    return np.stack([(np.arange(len(rise)) + 2) * 120 / RATE, rise])


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_joins_do_not_click(emotion):
    for text, place in SENTENCES.items():
        track, whole = marked(text, place, emotion), spoken(f"[{emotion}] {text}").audio.samples
        sound, word = track.audio.samples, track.words[place]
        times, rise = flux(sound)
        steps = np.abs(np.diff(sound))
        for border in (word.start, word.end):
            join = slice(int((border - 0.02) * RATE), int((border + 0.02) * RATE))
            # no larger than inside the words of the two voices that meet there
            assert steps[join].max() <= max(np.abs(np.diff(whole)).max(), steps[: join.start].max())
            assert rise[np.abs(times - border) < 0.02].max() <= max(
                flux(whole)[1].max(), rise[times < border - 0.02].max()
            )
