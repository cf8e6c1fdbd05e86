"""The composer: an emotion over time becomes a piece with form, harmony, melody and orchestra, and its sound.

Everything is made by rule and seeded chance; nothing is learned and nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from conditioning.errors import RequestError
from generators.base import Audio, Description, Job, MusicRequest, MusicTrack

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from generators.music.form import Form
    from generators.music.guide import Guide
    from generators.music.performance import Clock, Played

__all__ = ["Composer", "Piece"]

SHORTEST, LONGEST = 0.5, 3600.0  # seconds
LOWEST_RATE, HIGHEST_RATE = 16000, 192000  # hertz
HONOURS = ("emotion", "intensity", "mixture", "timeline", "duration", "tempo", "mode", "dynamics", "faders")
# Seconds of ringing room after the last chord, and the share of a piece that it may take at most.
TAIL, TAIL_PER_REVERB, MOST_TAIL = 0.5, 2.6, 0.14


@dataclass(frozen=True)
class Piece:
    """A piece as composed and performed, without its sound.

    Args:
        guide: the faders that it follows.
        form: bars and phrases with their chords.
        clock: the tempo map.
        played: all notes.
        seconds: asked length.
    """

    guide: Guide
    form: Form
    clock: Clock
    played: tuple[Played, ...]
    seconds: float

    def score(self) -> PrettyMIDI:
        """The piece as MIDI."""
        from generators.music.score import build_score

        return build_score(self.form, list(self.played), self.clock)

    def chords(self) -> tuple[tuple[float, float, str], ...]:
        """Start, end and symbol of the chords, in seconds."""
        spans = [span for phrase in self.form.phrases for span in phrase.chords]
        at = self.clock.at
        return tuple((at(s.start), at(s.start + s.length), s.chord.symbol) for s in spans)

    def beats(self) -> np.ndarray:
        """Seconds of the quarter notes."""
        return np.array([self.clock.at(beat) for beat in np.arange(0, self.form.beats)])


class Composer:
    """The built-in music engine.

    Args:
        model: path of another SF2 or SF3 bank to play on; "" for the shipped one.
    """

    def __init__(self, model: str = "") -> None:
        self.model = model

    def describe(self) -> Description:
        """What the engine is; loads nothing."""
        return Description(
            name="music=composer",
            title="Composes, arranges and plays music that follows the emotion",
            version="1",
            licence="Apache-2.0; sound bank FluidR3Mono_GM MIT",
            honours=HONOURS,
        )

    def generate(self, request: MusicRequest) -> MusicTrack:
        """A piece of exactly the asked length.

        The sound's loudness follows the asked dynamics (see ``rendering.render``); peaks stay under 0.9.

        Raises:
            RequestError: the duration or sample rate is out of range.
            InputFileError: ``model`` is not a sound bank.
            Cancelled: the user stopped the work.
        """
        from generators.music.fulfilment import fulfilment
        from generators.music.rendering import render, shipped_bank
        from generators.music.soundfont.bank import Bank

        _check(request)
        job = request.job
        piece = self.compose(request)
        job.step(0.1, 1.0, "warming up the player (compiled at first use)")
        bank = Bank(Path(self.model)) if self.model else shipped_bank()
        score = piece.score()
        frames = round(request.duration * request.sample_rate)
        samples = render(
            piece.form,
            score,
            piece.clock,
            frames,
            request.sample_rate,
            bank,
            job.rng(9),
            lambda done, what: job.step(0.1 + 0.85 * done, 1.0, what),
        )
        job.step(1.0, 1.0, "music")

        def musicxml(path: Path) -> None:
            from generators.music.engraving import write_musicxml

            write_musicxml(piece, path)

        return MusicTrack(
            audio=Audio(samples, request.sample_rate),
            score=score,
            beats=piece.beats(),
            chords=piece.chords(),
            fulfilment=fulfilment(piece, request),
            musicxml=musicxml,
        )

    def compose(self, request: MusicRequest) -> Piece:
        """The piece without its sound: quick, and equal for equal requests.

        Raises:
            RequestError: the duration is out of range.
            Cancelled: the user stopped the work.
        """
        from generators.music.accompaniment import Note, write_accompaniment
        from generators.music.counterpoint import write_counter
        from generators.music.drums import write_drums
        from generators.music.orchestration import fit, make_orchestras
        from generators.music.performance import make_clock, perform

        _check(request)
        job = request.job
        job.step(0.0, 1.0, "planning the form")
        guide, form = _plan(request, job)
        orchestras = make_orchestras(job.rng(3))
        job.step(0.02, 1.0, "writing the melody")
        from generators.music.melody import write_melody

        melody = write_melody(form, orchestras, job.rng(4))
        job.step(0.05, 1.0, "writing the other voices")
        counter = write_counter(form, melody, job.rng(5))
        notes: list[Note] = []
        for part, tones, accent in (("melody", melody, 0.0), ("counter", counter, -9.0)):
            for tone in tones:
                program = orchestras[form.phrases[tone.phrase].palette].programs[part]
                pitch = fit(tone.pitch, program)
                notes.append(Note(part, program, tone.beat, tone.length, pitch, accent, tone.phrase))
        notes += write_accompaniment(form, orchestras, job.rng(6))
        notes += write_drums(form, orchestras)
        job.step(0.08, 1.0, "performing")
        clock = make_clock(form, job.rng(7))
        played = perform(form, notes, orchestras, clock, job.rng(8))
        return Piece(guide, form, clock, tuple(played), request.duration)


def _plan(request: MusicRequest, job: Job) -> tuple[Guide, Form]:
    """The form with keys and chords."""
    from dataclasses import replace

    from generators.music.form import plan_form
    from generators.music.guide import Guide
    from generators.music.harmony import harmonise, set_keys

    guide = Guide.of(request.conditioning, request.duration)
    reverb = float(guide.faders["reverb"][-1])
    tail = min(TAIL + TAIL_PER_REVERB * reverb, MOST_TAIL * request.duration)
    form = plan_form(guide, request.duration - tail, job.rng(1))
    phrases = harmonise(set_keys(form.phrases, job.rng(2, 0)), job.rng(2, 1))
    return guide, replace(form, phrases=phrases)


def _check(request: MusicRequest) -> None:
    if not SHORTEST <= request.duration <= LONGEST:
        raise RequestError(
            f"Music of {request.duration:g} seconds cannot be composed.",
            f"Ask for {SHORTEST:g} to {LONGEST:g} seconds.",
        )
    if not LOWEST_RATE <= request.sample_rate <= HIGHEST_RATE:
        raise RequestError(
            f"A sample rate of {request.sample_rate} hertz is not possible.",
            f"Ask for {LOWEST_RATE} to {HIGHEST_RATE}, for instance 48000.",
        )
