"""IndexTTS2, Zonos, Chatterbox and CosyVoice in the user's own installations, each asked in its own vocabulary, order and range.

None of them installs beside the studio, so each runs in its own environment, as a worker (``external.worker``) that the studio starts by
the command in ``AFFECT_WORKER_NAME``, once for all that it says. Where nothing is felt a worker makes its library's bare call.
"""

from __future__ import annotations

import os
import shlex
import tempfile
import threading
from abc import abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from conditioning.conversion import convert
from conditioning.emotion import Emotion
from conditioning.errors import EngineError, InputFileError, RequestError
from external.hub import ALLOW_DOWNLOAD, local_folder, may_fetch
from external.worker import Worker
from generators.base import Aspect, Description, Fulfilment, Job, SpeechRequest
from generators.checkpoints import known_settings
from generators.hub.licences import licence_line, require_consent
from generators.speech.assembly import Assembly
from generators.speech.hub import (
    PLAIN,
    Call,
    Speaking,
    one_voice_aspect,
    put_told,
    steered_aspects,
    unchanged,
)
from generators.speech.prosody import span_controls
from generators.speech.told_words import told_sentence
from generators.steering import prompt_words

__all__ = ["Chatterbox", "CosyVoice", "IndexTTS2", "WorkerSpeech", "Zonos"]

_ESPEAK = {"en": "en-us", "fr": "fr-fr", "zh": "cmn"}
"""Zonos's names of languages that are not the plain code (``supported_language_codes`` in its conditioning.py)."""

_SCRIPTS = Path(__file__).parents[2] / "external" / "workers"


@dataclass(frozen=True)
class _Installed:
    """A worker that has loaded.

    Args:
        worker: that answers.
        rate: hertz.
    """

    worker: Worker
    rate: int


class WorkerSpeech(Speaking[_Installed]):
    """A speech engine in the user's own installation of its library; a class for each library says what it is asked.

    Args:
        model: what stands behind ``--model`` of its worker: a folder or a hub id, "" for the library's own.
        patience: seconds that its worker may be silent; None for the studio's.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    script: ClassVar[str]
    weights: ClassVar[str]
    code_licence: ClassVar[str]
    released_rate: ClassVar[int]
    languages: ClassVar[tuple[str, ...]]
    how: ClassVar[str]
    honours: ClassVar[tuple[str, ...]] = ("emotion", "intensity", "mixture", "timeline", "voice")
    clones: ClassVar[bool] = True
    needs_model: ClassVar[bool] = False
    inside: ClassVar[tuple[str, ...]] = ()
    vocabulary: ClassVar[str] = ""

    def __init__(self, model: str = "", *, patience: float | None = None) -> None:
        self._model = model
        self._patience = known_settings("workers")["patience"] if patience is None else patience
        self._worker: Worker | None = None
        self._rate = 0
        self._busy = threading.Lock()

    @property
    def variable(self) -> str:
        """The variable of the environment that holds the command of its Python."""
        return "AFFECT_WORKER_" + self.name.partition("=")[2].upper()

    def describe(self) -> Description:
        """What the engine is; starts nothing."""
        command = os.environ.get(self.variable, "")
        needs = () if command else (f"{self.variable}: the command that starts Python in its installation",)
        return Description(
            name=self.name + (f":{self._model}" if self._model else ""),
            title=self.title,
            version=f"as installed for {command!r}" if command else "as installed by the user",
            licence=f"{self.code_licence} (code); weights: {licence_line(self._model or self.weights)}",
            languages=self.languages,
            sample_rate=self._rate or self.released_rate,
            honours=self.honours,
            needs=needs,
        )

    def close(self) -> None:
        """End its worker, if one runs; the next request starts another."""
        with self._busy:
            if self._worker is not None:
                self._worker.stop()

    def _check(self, request: SpeechRequest) -> None:
        voice = request.voice
        if not voice and not self.clones:
            raise RequestError(
                f"{self.name} has no voice of its own.",
                "Give a recording: --voice FILE, of someone who agreed.",
            )
        if voice and not Path(voice).expanduser().is_file():
            raise InputFileError(
                f"There is no recording {voice!r}.",
                f"{self.name} takes the path of a recording as its voice.",
            )
        code = request.language.partition("-")[0].casefold()
        if code not in [language.partition("-")[0] for language in self.languages]:
            raise RequestError(
                f"{self.name} does not speak {request.language!r}.", f"It speaks {', '.join(self.languages)}."
            )

    def _ready(self, job: Job) -> _Installed:
        """The worker, started at its first use and again where it has ended.

        Raises:
            EngineError: no command is given, it cannot be started, or it cannot load its library or weights.
        """
        if self._worker is None:
            self._worker = self._made()
        told = self._worker.ready(lambda _: job.step(0, 1, f"loading {self.name}"))
        self._rate = int(told["rate"])
        return _Installed(self._worker, self._rate)

    def _made(self) -> Worker:
        command = os.environ.get(self.variable, "")
        if not command:
            raise EngineError(
                f"{self.name} runs in your own installation, and {self.variable} does not say where that is.",
                f"Set it to the command that starts its Python, such as {self.variable}=/opt/venv/bin/python.",
            )
        if self.needs_model and not self._model:
            raise EngineError(
                f"{self.name} needs the folder of its weights.", f"Write {self.name}:FOLDER ({self.weights})."
            )
        folder = local_folder(self._model, self.weights) if self._model else None
        if self._model and folder is None:
            require_consent(self._model, self.name)
        model = str(folder or self._model)
        offline = {} if may_fetch() else {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
        extra = {**offline, ALLOW_DOWNLOAD: os.environ.get(ALLOW_DOWNLOAD, "")}
        whole = [*shlex.split(command), str(_SCRIPTS / self.script), "--model", model]
        return Worker(self.name, whole, self._patience, extra)

    def _steers(self, loaded: _Installed) -> bool:
        return True

    def _say(self, loaded: _Installed, assembly: Assembly, call: Call) -> None:
        told = told_sentence(call.turn.words)
        if not any(letter.isalnum() for letter in told.text):
            return
        request = call.request
        voice = str(Path(request.voice).expanduser().resolve()) if request.voice else ""
        with tempfile.TemporaryDirectory(prefix="affect-worker-") as scratch:
            file = Path(scratch) / "said.npy"
            loaded.worker.ask(
                {
                    "text": told.text, "language": self._language(request.language), "voice": voice,
                    "seed": call.seed, "out": str(file), **self._asked(call),
                },
                call.step,
            )  # fmt: skip
            sound = self._sound(file)
        rest = replace(call, controls=unchanged(call.controls, self.inside))
        put_told(assembly, rest, told, sound, loaded.rate)

    def _sound(self, file: Path) -> np.ndarray:
        """The samples ``(n,)`` that a worker has written.

        Raises:
            EngineError: it has written none, or what is no sound.
        """
        try:
            sound = np.load(file, allow_pickle=False).astype(np.float32).reshape(-1)
        except (OSError, ValueError, EOFError) as error:
            raise EngineError(
                f"{self.name} has left no sound: {error}.", "Try the same in its own installation."
            ) from error
        if not np.isfinite(sound).all():
            raise EngineError(
                f"{self.name} has made a sound with numbers that are none.",
                "Try another seed or a shorter text.",
            )
        return sound

    def _language(self, code: str) -> str:
        """A BCP 47 code as its library writes it."""
        return code.partition("-")[0].casefold()

    @abstractmethod
    def _asked(self, call: Call) -> dict[str, Any]:
        """The fields of a request that its library alone knows."""

    def _fulfilment(self, request: SpeechRequest, loaded: _Installed) -> Fulfilment:
        return (
            *steered_aspects(request, self.how),
            *self._labels(request),
            *one_voice_aspect(request.script),
            Aspect("voice", "honoured"),
            Aspect("language", "honoured"),
        )

    def _vector(self, emotion: Emotion) -> list[float] | None:
        """The emotion as a vector of its vocabulary, in its order and range; None where nothing is felt."""
        return list(convert(emotion, to=self.vocabulary).values) if emotion.intensity > 0 else None

    def _labels(self, request: SpeechRequest) -> Fulfilment:
        """What its vocabulary has no label for; nothing where it has all, or where it has no vocabulary."""
        if not self.vocabulary:
            return ()
        felt = [span.emotion for span in request.script.spans if span.emotion.intensity > 0]
        found = [convert(emotion, to=self.vocabulary) for emotion in felt]
        merged = {name: label for one in found for name, label in one.merged.items()}
        dropped = list(dict.fromkeys(name for one in found for name in one.dropped))
        why = [f"{name} is told mostly as {label}" for name, label in sorted(merged.items())]
        why += [f"{name} is not told at all" for name in dropped]
        return (Aspect("labels", "approximated", "; ".join(why) + "."),) if why else ()

    def _fader(self, call: Call, name: str) -> float:
        """A fader of prosody where the turn begins, as its emotion and the user ask."""
        controls = span_controls([call.emotion], [PLAIN], call.request.adjustments)
        return float(controls[name][0])


class IndexTTS2(WorkerSpeech):
    """IndexTTS2: its vector of eight emotions beside the voice of a recording."""

    name = "speech=indextts2"
    title = "IndexTTS2 in your own installation: a cloned voice, by its vector of eight emotions"
    script = "indextts2_worker.py"
    vocabulary = "indextts"
    weights = "IndexTeam/IndexTTS-2"
    code_licence = "bilibili Model Use License"
    released_rate = 22050
    languages = ("en", "zh")
    how = "its own vector of eight emotions, each within its bias and their sum at most .8"
    clones = False
    needs_model = True

    def _asked(self, call: Call) -> dict[str, Any]:
        return {"emotion": self._vector(call.emotion)}


class Zonos(WorkerSpeech):
    """Zonos: its vector of eight emotions, its speaking rate and its spread of pitch."""

    name = "speech=zonos"
    title = "Zonos in your own installation: a cloned voice, by its vector of eight emotions, rate and pitch"
    script = "zonos_worker.py"
    vocabulary = "zonos"
    weights = "Zyphra/Zonos-v0.1-transformer"
    code_licence = "Apache-2.0"
    released_rate = 44100
    languages = ("en", "en-GB", "de", "fr", "es", "ja", "ko", "zh")
    how = "its own vector of eight emotions, its speaking rate and its spread of pitch"
    inside = ("rate", "pitch_range")

    def _language(self, code: str) -> str:
        plain = code.partition("-")[0].casefold()
        return "en-gb" if code.casefold() == "en-gb" else _ESPEAK.get(plain, plain)

    def _asked(self, call: Call) -> dict[str, Any]:
        own, asked = known_settings("zonos"), {"emotion": self._vector(call.emotion)}
        found: dict[str, Any] = dict(asked)
        for field, fader in (("speaking_rate", "rate"), ("pitch_std", "pitch_range")):
            value = self._fader(call, fader)
            found[field] = None if value == 1.0 else own[field] * value
        return found


class Chatterbox(WorkerSpeech):
    """Chatterbox: its exaggeration, which says how much and not what is felt; the sound is bent to the rest."""

    name = "speech=chatterbox"
    title = "Chatterbox in your own installation: its own or a cloned voice, by its exaggeration"
    script = "chatterbox_worker.py"
    weights = "ResembleAI/chatterbox"
    code_licence = "MIT"
    released_rate = 24000
    languages = ("en",)
    how = "its exaggeration by arousal, and by the faders on the finished sound through WORLD"

    def _steers(self, loaded: _Installed) -> bool:
        return False  # how much is felt alone, so the faders act as well

    def _asked(self, call: Call) -> dict[str, Any]:
        if call.emotion.intensity == 0:
            return {"exaggeration": None, "cfg_weight": None}
        own = known_settings("chatterbox")
        more = own["per_arousal"] * call.emotion.felt.arousal
        exaggeration = min(
            max(own["exaggeration"] + more, own["least_exaggeration"]), own["most_exaggeration"]
        )
        guidance = max(own["cfg_weight"] - max(more, 0.0), own["least_cfg_weight"])
        return {"exaggeration": exaggeration, "cfg_weight": guidance}


class CosyVoice(WorkerSpeech):
    """CosyVoice 2 and 3: an instruction in words, and its speed."""

    name = "speech=cosyvoice"
    title = "CosyVoice in your own installation: a cloned voice, by an instruction in words"
    script = "cosyvoice_worker.py"
    weights = "FunAudioLLM/CosyVoice2-0.5B"
    code_licence = "Apache-2.0"
    released_rate = 24000
    languages = ("zh", "en", "ja", "ko", "de", "es", "fr", "it", "ru", "yue")
    how = "an instruction in words"
    clones = False
    needs_model = True
    inside = ("rate",)

    def _asked(self, call: Call) -> dict[str, Any]:
        speed = float(call.controls["rate"][call.turn.span])
        return {
            "instruct": prompt_words("", call.emotion, "speech"),
            "speed": None if speed == 1.0 else speed,
        }
