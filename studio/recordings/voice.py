"""``speech=recording:FILE``: somebody's recorded speech in place of a voice, with the times of its words and sounds.

Where the script says what is spoken, the sounds are found by alignment; else they are recognised, or heard in the signal alone.
The track's fulfilment says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conditioning.emotion import Emotion
from conditioning.errors import RequestError
from conditioning.script import Script
from generators.base import (
    Aspect,
    Audio,
    Description,
    Job,
    Phone,
    SpeechRequest,
    SpeechTrack,
    Stretch,
    Word,
)
from generators.speech.assembly import timeline
from studio.recordings.sounds import recording_in

__all__ = ["UNKNOWN_LANGUAGE", "UNKNOWN_TEXT", "RecordedVoice"]

UNKNOWN_TEXT, UNKNOWN_LANGUAGE = "Speech.", "und"
"""A script and a language (BCP 47: undetermined) that stand for speech whose words nobody told."""

_ALIGNED = ("en", "de", "es", "fr", "it")  # languages that a built-in voice speaks, to be aligned with
_LONGEST = 60.0  # seconds that can be aligned
# Distance of aligned from chance frames: sentences of the built-in voice with their own text lie at 0.63 to 0.66, with another
# text at 0.90 to 0.94.
_STRANGE = 0.82


class RecordedVoice:
    """A recording as a speech engine.

    Args:
        model: path of the sound file or film.
    """

    def __init__(self, model: str = "") -> None:
        self._path = model

    def describe(self) -> Description:
        """What the engine is; opens nothing."""
        return Description(
            name="speech=recording",
            title="A recording of yours: its words and sounds are found by alignment, recognition or signal",
            version="1",
            licence="Apache-2.0; the recording's own",
            languages=_ALIGNED,
            honours=("words", "phones"),
            needs=("a recording: speech=recording:FILE",),
        )

    def generate(self, request: SpeechRequest) -> SpeechTrack:
        """The recording with the times of what is said.

        Raises:
            RequestError: no file is named, or nobody speaks in it.
            InputFileError: the file cannot be used.
            Cancelled: the user stopped.
        """
        if not self._path:
            raise RequestError("No recording is named.", "Write speech=recording:FILE.")
        audio = recording_in(Path(self._path))
        script, job = request.script, request.job
        language = request.language.partition("-")[0].casefold()
        told = language != UNKNOWN_LANGUAGE
        if told and language in _ALIGNED and audio.duration <= _LONGEST:
            words, phones, stretches, note = _aligned(audio, script, request.language, job)
        else:
            why = ""
            if told:
                why = f" The text was not used: it can be aligned up to {_LONGEST:.0f} s in {', '.join(_ALIGNED)}."
            phones, note = _heard(audio, job, why)
            words, stretches = (), _shared(script, audio.duration)
        if not phones:
            raise RequestError(f"Nobody speaks in {self._path}.", "Give a recording with speech.")
        asked = [] if all(s.emotion == Emotion.neutral() for s in script.spans) else [_UNFELT]
        return SpeechTrack(audio, words, phones, stretches, timeline(script, stretches), (note, *asked))


_UNFELT = Aspect(
    "emotion",
    "ignored",
    "The recording sounds as it was spoken; affect speak --voice-from gives it another emotion.",
)


def _aligned(
    audio: Audio, script: Script, language: str, job: Job
) -> tuple[tuple[Word, ...], tuple[Phone, ...], tuple[Stretch, ...], Aspect]:
    """Words, phones and spans of a recording whose text is told."""
    from generators.speech.recorded.aligning import aligned_sounds

    found = aligned_sounds(audio, script, language, job)
    if found.likeness > _STRANGE:
        why = (
            f"Aligned with the text, but hardly alike ({found.likeness:.2f} of chance): is this what is said?"
        )
        return found.words, found.phones, _spans(script, found.words, found.owners, audio), Aspect("words", "approximated", why)  # fmt: skip
    why = "Words and sounds are found by aligning a built-in voice, good to about a twentieth of a second."
    return found.words, found.phones, _spans(script, found.words, found.owners, audio), Aspect("words", "approximated", why)  # fmt: skip


def _heard(audio: Audio, job: Job, more: str) -> tuple[tuple[Phone, ...], Aspect]:
    """The sounds of a recording without its text, and how they were found."""
    from generators.speech.recorded.recognition import can_recognise, recognised_sounds

    if can_recognise():
        why = "The sounds are recognised by pocketsphinx as English ones, about six of ten right."
        return recognised_sounds(audio, job), Aspect("words", "approximated", why + more)
    from generators.speech.recorded.hearing import heard_sounds

    job.step(0, 1, "hearing the sounds")
    why = (
        "The sounds are guessed from the signal: vowels roughly, closed lips seldom. Give the text with --text, "
        "or install affect-studio with its extra 'hear'."
    )
    return heard_sounds(audio), Aspect("words", "approximated", why + more)


def _spans(script: Script, words: Sequence[Word], owners: Sequence[int], audio: Audio) -> tuple[Stretch, ...]:
    """Where each span of a script sounds; a span without words lasts no time where it stands."""
    out: list[Stretch] = []
    for number in range(len(script.spans)):
        own = [word for word, owner in zip(words, owners, strict=True) if owner == number]
        before = out[-1].end if out else 0.0
        start = max(own[0].start, before) if own else before
        out.append(Stretch(number, start, min(max(own[-1].end, start), audio.duration) if own else start))
    return tuple(out)


def _shared(script: Script, duration: float) -> tuple[Stretch, ...]:
    """The spans sharing a recording by their length, where their words cannot be found."""
    sizes = [max(len(span.text), 1) for span in script.spans]
    whole, done, out = sum(sizes), 0, []
    for number, size in enumerate(sizes):
        out.append(Stretch(number, duration * done / whole, duration * (done + size) / whole))
        done += size
    return tuple(out)
