"""How many words of a voice are heard wrongly, by a Whisper checkpoint. A measure of speech quality, not of emotion."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import RequestError, UnknownNameError
from studio.judges.hub.checkpoints import Checkpoint, open_checkpoint, read_json
from studio.judges.hub.families import family
from studio.judges.hub.hearing import hearing
from studio.judges.media import Sound, mono
from studio.quality.word_errors import edit_distance

__all__ = ["WhisperReader"]


class WhisperReader:
    """Writes down what is said, and counts how far that is from what should be said.

    Args:
        name: of the checkpoint.
        languages: codes such as ``"en"`` that it is used for: the one asked for, else all that it knows.
        listen: the words of a mono wave ``(n,)``.
        plain: a text in the form in which words are compared.
        sample_rate: hertz that the network takes.
        longest: seconds that it takes at once.
        licence: of its weights.
    """

    def __init__(
        self,
        name: str,
        languages: tuple[str, ...],
        listen: Callable[[np.ndarray], str],
        plain: Callable[[str], str],
        sample_rate: int,
        longest: float,
        licence: str,
    ) -> None:
        self.name = name
        self.languages = languages
        self.sample_rate = sample_rate
        self.licence = licence
        self._listen = listen
        self._plain = plain
        self._longest = longest

    @classmethod
    def from_pretrained(
        cls, model: str | Path, *, offline: bool = True, allow_pickle: bool = False, language: str = ""
    ) -> WhisperReader:
        """The reader of a folder or hub id.

        Args:
            model: folder, ``owner/name`` or ``owner/name@revision``.
            offline: never fetch; a hub id has to be in the local cache.
            allow_pickle: take ``pytorch_model.bin`` where there are no safetensors.
            language: of the speech, such as ``"en"``; "" lets a checkpoint of many languages find it out.

        Raises:
            EngineError: it is not there or not of this format.
            UnknownNameError: it does not know the language.
        """
        found = open_checkpoint(
            model, family("whisper"), offline=offline, allow_pickle=allow_pickle, model_types=("whisper",)
        )
        settings = read_json(found.folder / "preprocessor_config.json")
        for key in ("sampling_rate", "chunk_length"):
            if key not in settings:
                raise found.fault(f"preprocessor_config.json does not state {key}")
        known = _languages(found)
        if language and language not in known:
            raise UnknownNameError(f"language of {model}", language, known)
        languages = (language,) if language else known
        return cls(
            f"hub:whisper:{model}",
            languages,
            _network(found, language, known != ("en",), allow_pickle),
            _plainer(found, languages),
            int(settings["sampling_rate"]),
            float(settings["chunk_length"]),
            found.licence,
        )

    def transcribe(self, sound: Sound) -> str:
        """The words of a sound; "" for one that is silent or too short. A long one is heard in equal parts."""
        wave = mono(sound, self.sample_rate)
        cuts = hearing("speech")
        if len(wave) < cuts.shortest * self.sample_rate or not np.isfinite(wave).all():
            return ""
        if 10 * np.log10(float(np.mean(np.square(wave, dtype=np.float64))) + 1e-12) < cuts.quietest:
            return ""
        parts = np.array_split(wave, int(np.ceil(len(wave) / (self._longest * self.sample_rate))))
        return " ".join(self._listen(part).strip() for part in parts).strip()

    def word_error_rate(self, audio: Sound, text: str) -> float:
        """Words that are wrong, missing or too many, as a share of the words of ``text``; 0 is best, above 1 is possible.

        Both texts are brought to Whisper's own plain form before: small letters, no marks, numbers and spellings unified.

        Raises:
            RequestError: the text has no word.
        """
        said = self._words(text)
        if not said:
            raise RequestError(
                "The text has no word, so no share of its words can be wrong.", "Give what is said."
            )
        return edit_distance(said, self._words(self.transcribe(audio))) / len(said)

    def _words(self, text: str) -> list[str]:
        # The normaliser leaves dots alone, which may be part of a number.
        return [word for word in self._plain(text).split() if re.search(r"\w", word)]


def _languages(found: Checkpoint) -> tuple[str, ...]:
    """Codes of the languages that a checkpoint knows, sorted; English alone for one that is not of many languages."""
    settings = read_json(found.folder / "generation_config.json")
    if "is_multilingual" not in settings:
        raise found.fault("generation_config.json does not state is_multilingual")
    if not settings["is_multilingual"]:
        return ("en",)
    return tuple(sorted(token.strip("<|>") for token in settings.get("lang_to_id", {})))


def _network(
    found: Checkpoint, language: str, of_many: bool, allow_pickle: bool
) -> Callable[[np.ndarray], str]:
    """What writes down the words of a wave; a checkpoint of many languages finds out the language where it is ""."""
    import torch
    import transformers

    from studio.judges.hub.torch_models import model_of, part_of, tokenizer_of

    model: Any = model_of(transformers.WhisperForConditionalGeneration, found, allow_pickle=allow_pickle)
    # The library drops the file's settings of languages where it says that they came from the model's config.
    settings = read_json(found.folder / "generation_config.json") | {"_from_model_config": False}
    model.generation_config = transformers.GenerationConfig(**settings)
    extractor = part_of(transformers.WhisperFeatureExtractor, found)
    tokenizer = tokenizer_of(found)
    options = {"task": "transcribe"} if of_many else {}  # it could translate as well
    if of_many and language:
        options["language"] = language

    def listen(wave: np.ndarray) -> str:
        heard = extractor(
            wave, sampling_rate=extractor.sampling_rate, return_tensors="pt", return_attention_mask=True
        )
        with torch.inference_mode():
            tokens = model.generate(
                heard["input_features"].to(model.device),
                attention_mask=heard["attention_mask"].to(model.device),
                do_sample=False,
                num_beams=1,
                **options,
            )
        text: str = tokenizer.batch_decode(tokens, skip_special_tokens=True)[0]
        return text

    return listen


def _plainer(found: Checkpoint, languages: tuple[str, ...]) -> Callable[[str], str]:
    """Whisper's normaliser: for English, with spellings where the checkpoint brings them, else the one for any language."""
    from transformers.models.whisper.english_normalizer import BasicTextNormalizer, EnglishTextNormalizer

    if languages != ("en",):
        plain: Callable[[str], str] = BasicTextNormalizer()
        return plain
    spellings = found.folder / "normalizer.json"
    english: Callable[[str], str] = EnglishTextNormalizer(read_json(spellings) if spellings.is_file() else {})
    return english
