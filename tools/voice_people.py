"""Compares how the built-in voice moves with an emotion with how actors' voices move, and lets a judge of people read it.

    python tools/voice_people.py                                    directions and doses against assets/voices/actors.toml
    python tools/voice_people.py --set tune --voice ben --emotions joy,anger
    python tools/voice_people.py --sentences 40 --readings 3        each sentence three times, by chance a little otherwise
    python tools/voice_people.py --judge ../shared/data             what a judge made of the actors reads, full and half
    python tools/voice_people.py --prosody emofilt                  the same for a published map

Each effect is the difference from the same voice's neutral reading of the same text, mean over the sentences of a set of
tools/voice_quality.py ("check" was never used to find the faders). An effect of the actors counts if Cohen's d is at least .5
in size over four actors or more. It is reproduced if the voice's has its sign at full intensity, and ordered if every
step of intensity from 0 over .25, .5 and .75 to 1 moves it that way, or all but one. By the law of intensity the last step is but a
tenth of the way, and readings of one text differ by chance, so small effects waver; a step is back beyond chance where it goes
against the actors by more than two of its standard errors over the readings.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from voice_quality import SENTENCES

from conditioning.emotion import Emotion
from conditioning.fader_presets import fader_preset
from conditioning.script import Script, Span
from generators.base import Job, SpeechRequest
from generators.registry import load
from generators.speech.maps import OWN, prosody_map
from studio.judges.media import mono
from studio.judges.voice import SAMPLE_RATE
from studio.training.prosody import hear
from studio.training.prosody_judge import CLASSES, PeopleJudge, recall
from studio.training.prosody_measures import MEASURES, described, difference
from studio.training.prosody_table import Effect, actors_table

DOSES = (0.25, 0.5, 0.75, 1.0)
Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Direction:
    """One effect of actors and what the voice makes of it.

    Args:
        emotion: asked.
        measure: of the table.
        people: the actors' effect.
        readings: the voice's effects in each reading of each sentence at ``DOSES`` ``(4, n)``.
    """

    emotion: str
    measure: str
    people: Effect
    readings: np.ndarray

    @property
    def voice(self) -> tuple[float, ...]:
        """The voice's effects at ``DOSES``, means over readings."""
        return tuple(float(value) for value in self.readings.mean(axis=1))

    @property
    def reproduced(self) -> bool:
        """Whether the voice's effect at full intensity has the actors' sign."""
        return self.voice[-1] * self.people.mean > 0

    @property
    def ordered(self) -> bool:
        """Whether every step of intensity moves the voice the actors' way."""
        sign = np.sign(self.people.mean)
        return all(sign * (b - a) > 0 for a, b in itertools.pairwise((0.0, *self.voice)))

    @property
    def nearly_ordered(self) -> bool:
        """Whether at most one pair of neighbours of the five doses is exchanged: rank correlation at least .9."""
        ranks = np.argsort(np.argsort(np.sign(self.people.mean) * np.array([0.0, *self.voice])))
        return float(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1]) >= 0.9 - 1e-9

    @property
    def turns_back(self) -> bool:
        """Whether a step of intensity goes against the actors by more than two of its standard errors."""
        ways = np.sign(self.people.mean) * np.diff(self.readings, axis=0, prepend=0.0)
        errors = ways.std(axis=1, ddof=1) / np.sqrt(ways.shape[1])
        return bool(np.any(ways.mean(axis=1) < -2 * errors))


def numbers(text: str, emotion: Emotion, voice: str = "", prosody: str = OWN, seed: int = 1) -> Numbers:
    """Every number of a sentence as the voice says it; the seed decides its chance variation."""
    preset = prosody_map(prosody)
    adjustments = fader_preset(preset).adjustments if preset else ()
    request = SpeechRequest(
        Script((Span(text, emotion),)), voice=voice, job=Job(seed), adjustments=tuple(adjustments)
    )
    found = described(mono(_voice().generate(request).audio, SAMPLE_RATE))
    assert found is not None, "a sentence holds enough voice"
    return found


@cache
def _voice() -> Any:
    return load("speech=hibari")


def rendered(
    emotion: Emotion, voice: str, sentences: Sequence[str], plain: Sequence[Numbers], prosody: str = OWN
) -> dict[str, float]:
    """The voice's effects by measure, mean over sentences; arguments as for ``effects``."""
    found = effects(emotion, voice, sentences, plain, prosody)
    return {measure: float(values.mean()) for measure, values in found.items()}


def effects(
    emotion: Emotion,
    voice: str,
    sentences: Sequence[str],
    plain: Sequence[Numbers],
    prosody: str = OWN,
    readings: int = 1,
) -> dict[str, np.ndarray]:
    """The voice's effects by measure ``(sentences × readings,)``.

    Args:
        emotion: asked.
        voice: character.
        sentences: to say.
        plain: the numbers of the same sentences when neutral.
        prosody: map of prosody.
        readings: of each sentence; their seeds differ, and are the same for every emotion and intensity.
    """
    rows = [
        difference(numbers(text, emotion, voice, prosody, number * len(sentences) + place), neutral)
        for number in range(readings)
        for place, (text, neutral) in enumerate(zip(sentences, plain, strict=True))
    ]
    return {measure: np.array([row[measure] for row in rows]) for measure in MEASURES}


def directions(
    emotions: Sequence[str], voice: str, sentences: Sequence[str], prosody: str = OWN, readings: int = 1
) -> list[Direction]:
    """Every effect of the actors' table for some emotions, and the voice's; arguments as for ``effects``."""
    plain = [numbers(text, Emotion.neutral(), voice) for text in sentences]
    found = []
    for emotion in emotions:
        doses = [effects(Emotion.of(emotion, d), voice, sentences, plain, prosody, readings) for d in DOSES]
        for measure, effect in actors_table()[emotion].items():
            found.append(Direction(emotion, measure, effect, np.array([dose[measure] for dose in doses])))
    return found


def told(found: Sequence[Direction]) -> str:
    """The tables and the shares, as Markdown."""
    lines = ["| emotion | who | " + " | ".join(f"{m} {unit}" for m, (_, unit) in MEASURES.items()) + " |"]
    lines += ["| --- " * (len(MEASURES) + 2) + "|"]
    for emotion in dict.fromkeys(each.emotion for each in found):
        own = {each.measure: each for each in found if each.emotion == emotion}
        people = [
            f"{own[m].people.mean:+.2g} ±{own[m].people.sd:.2g}" + ("" if own[m].people.clear else " ?")
            if m in own
            else "-"
            for m in MEASURES
        ]
        lines.append(f"| {emotion} | actors | " + " | ".join(people) + " |")
        voice = [f"{own[m].voice[-1]:+.2g}" if m in own else "-" for m in MEASURES]
        lines.append(f"| {emotion} | **voice** | " + " | ".join(voice) + " |")
    clear = [each for each in found if each.people.clear]
    right = [each for each in clear if each.reproduced]
    lines += [
        "",
        f"{len(clear)} effects are clear; {100 * len(right) / max(len(clear), 1):.1f} % reproduced, "
        f"{100 * sum(each.ordered for each in right) / max(len(right), 1):.1f} % of these ordered, "
        f"{100 * sum(each.nearly_ordered for each in right) / max(len(right), 1):.1f} % but for two neighbours, "
        f"{100 * sum(not each.turns_back for each in right) / max(len(right), 1):.1f} % without a step back beyond chance",
    ]
    for each in clear:
        if not (each.reproduced and each.ordered):
            doses = " ".join(f"{value:+.3g}" for value in each.voice)
            fault = "wrong sign" if not each.reproduced else "turns back" if each.turns_back else "unordered"
            lines.append(
                f"  {fault}: {each.emotion} {each.measure} actors {each.people.mean:+.3g} (d {each.people.d:+.1f}), voice {doses}"
            )
    return "\n".join(lines)


def readings(judge: PeopleJudge, voice: str, sentences: Sequence[str], prosody: str = OWN) -> str:
    """What the judge of people reads at full and at half intensity, as lines."""
    plain = judge.rows([numbers(text, Emotion.neutral(), voice) for text in sentences])
    lines = []
    for intensity in (1.0, 0.5):
        voices, true = [plain], ["neutral"] * len(sentences)
        for emotion in CLASSES[1:]:
            asked = Emotion.of(emotion, intensity)
            rows = [numbers(text, asked, voice, prosody, seed) for seed, text in enumerate(sentences)]
            voices.append(judge.rows(rows))
            true += [emotion] * len(sentences)
        inputs = judge.beside(np.vstack(voices), plain.mean(axis=0))
        for model in ("regression", "machine"):
            read = judge.read(inputs, model)
            shares = recall(read, np.array(true))
            lines.append(
                f"{voice or 'default'} at {intensity:g}, {model}: mean recall {np.mean(list(shares.values())):.2f}; "
                + ", ".join(f"{name} {share:.2f}" for name, share in shares.items())
            )
            for emotion in CLASSES:
                taken = Counter(str(name) for name in read[np.array(true) == emotion] if name != emotion)
                if taken and shares[emotion] < 0.7:
                    lines.append(
                        f"    {emotion} as " + ", ".join(f"{n} {c}" for n, c in taken.most_common(3))
                    )
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", choices=sorted(SENTENCES), default="check")
    parser.add_argument("--sentences", type=int, default=20)
    parser.add_argument("--readings", type=int, default=1, help="of each sentence, for directions and doses")
    parser.add_argument("--voice", default="")
    parser.add_argument("--emotions", default=",".join(actors_table()))
    parser.add_argument("--prosody", default=OWN)
    parser.add_argument(
        "--judge", type=Path, help="corpora, with speech/speech.csv: let a judge of them read"
    )
    args = parser.parse_args()
    sentences = SENTENCES[args.set][: args.sentences]
    if args.judge:
        judge = PeopleJudge(hear(args.judge / "speech", lambda done, count, what: None))
        print(readings(judge, args.voice, sentences, args.prosody))
    else:
        print(told(directions(args.emotions.split(","), args.voice, sentences, args.prosody, args.readings)))


if __name__ == "__main__":
    main()
