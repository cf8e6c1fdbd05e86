"""The steered speech engines with weights: how a test builds their tiny weights, speaks with them, and sees what conditions them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.emotion import Emotion
from conditioning.faders import Adjustment
from conditioning.script import parse_script
from generators.base import Job, SpeechRequest
from generators.checkpoints import torch_seed
from generators.speech.coqui_vits import CoquiVits
from generators.speech.csm import Csm
from generators.speech.dia import Dia
from generators.speech.speecht5 import SpeechT5

TEXT = "The tide is turning."


@dataclass(frozen=True)
class Kind:
    """One engine with what a test needs to know of it."""

    engine: type
    build: Callable[[Path], Path]
    bare: Callable[[Path], np.ndarray]


def _build_coqui(folder: Path) -> Path:
    from factories.coqui_vits import build_coqui_vits

    return build_coqui_vits(folder)


def _build_speecht5(folder: Path) -> Path:
    from factories.speecht5 import build_speecht5_with_voices

    return build_speecht5_with_voices(folder)


def _build_dia(folder: Path) -> Path:
    from factories.dia import build_dia

    return build_dia(folder)


def _build_csm(folder: Path) -> Path:
    from factories.csm import build_csm

    return build_csm(folder)


def _bare_coqui(folder: Path) -> np.ndarray:
    from TTS.tts.configs.vits_config import VitsConfig
    from TTS.tts.models.vits import Vits

    config = VitsConfig()
    config.load_json(str(folder / "config.json"))
    config.speakers_file = config.model_args.speakers_file = str(folder / "speakers.pth")
    model = Vits(config)
    model.load_checkpoint(config, str(folder / "model.pth"), eval=True)
    _seed()
    return np.asarray(model.synthesize(TEXT, speaker="Ana-neutral")["wav"])


def _bare_speecht5(folder: Path) -> np.ndarray:
    import torch
    import transformers

    from generators.speech.spm_characters import read_characters

    model = transformers.SpeechT5ForTextToSpeech.from_pretrained(folder, local_files_only=True)
    vocoder = transformers.SpeechT5HifiGan.from_pretrained(folder / "vocoder", local_files_only=True)
    voice = torch.from_numpy(np.load(folder / "speakers" / "ana.npy"))[None]
    ids = torch.tensor([read_characters(folder).ids(TEXT)])
    _seed()
    with torch.no_grad():
        return model.eval().generate_speech(ids, voice, vocoder=vocoder.eval()).numpy()


def _bare_dia(folder: Path) -> np.ndarray:
    import transformers

    model = transformers.DiaForConditionalGeneration.from_pretrained(folder, local_files_only=True).eval()
    codec = transformers.DacModel.from_pretrained(folder / "codec", local_files_only=True).eval()
    processor = transformers.DiaProcessor(
        transformers.DiaFeatureExtractor(sampling_rate=16000), transformers.DiaTokenizer.from_pretrained(folder), codec
    )  # fmt: skip
    marks: dict[str, Any] = {
        "delay_pattern": [0, 2, 3, 4],
        "eos_token_id": 64,
        "pad_token_id": 65,
        "bos_token_id": 66,
    }
    inputs = processor(text=[f"[S1] {TEXT}"], padding=True, **marks)
    _seed()
    return processor.batch_decode(model.generate(**inputs), **marks)[0].numpy()


def _bare_csm(folder: Path) -> np.ndarray:
    import transformers

    model = transformers.CsmForConditionalGeneration.from_pretrained(folder, local_files_only=True).eval()
    processor = transformers.CsmProcessor.from_pretrained(folder, local_files_only=True)
    text = f"<|begin_of_text|>[0]{TEXT}<|end_of_text|>"
    inputs = processor(text=[text], return_tensors="pt")
    _seed()
    return model.generate(**inputs, output_audio=True)[0].reshape(-1).numpy()


def _seed() -> None:
    import torch

    torch.manual_seed(torch_seed(Job(3)))


KINDS = {
    "coqui-vits": Kind(CoquiVits, _build_coqui, _bare_coqui),
    "speecht5": Kind(SpeechT5, _build_speecht5, _bare_speecht5),
    "dia": Kind(Dia, _build_dia, _bare_dia),
    "csm": Kind(Csm, _build_csm, _bare_csm),
}


def say(engine, text=TEXT, *, job=None, faders=None, **more):
    adjustments = tuple(
        Adjustment(f"prosody.{fader}", value=value) for fader, value in (faders or {}).items()
    )
    return engine.generate(
        SpeechRequest(parse_script(text), adjustments=adjustments, job=job or Job(3), **more)
    )


def told(track):
    return {aspect.name: aspect for aspect in track.fulfilment}


def steered(engine, emotion):
    """What conditions the model, without and with an emotion, where the model reads it; and which rows are text."""
    say(engine)
    loaded = engine.weights.loaded
    if isinstance(engine, CoquiVits):
        return watched(loaded.model.emb_g, engine, emotion), None
    if isinstance(engine, SpeechT5):
        prenet = loaded.model.speecht5.decoder.prenet
        return watched(prenet, engine, emotion, lambda given, _: given[1]), None
    if isinstance(engine, Dia):
        text = f"[S1] {TEXT}"
        found = watched(loaded.model.model.encoder, engine, emotion, lambda _, made: made.last_hidden_state)
        mask = np.zeros(found[0].shape[:2])
        mask[0, : len(text)] = 1
        return found, mask
    found = watched(loaded.model.embed_text_tokens, engine, emotion)
    mask = np.ones(found[0].shape[:2])
    mask[0, [0, -1]] = 0  # the marks around the text
    return found, mask


def watched(module, engine, emotion, part=lambda _, made: made):
    """What a module gives (or takes) said without and with an emotion, with the hooks of the engine at work."""
    found = []
    plain = module._call_impl  # hooks run inside

    for felt in (Emotion.neutral(), emotion):
        seen = []

        def watch(*given, seen=seen, **keywords):
            made = plain(*given, **keywords)
            seen.append(part(given, made).detach().numpy().copy())
            return made

        module._call_impl = watch
        try:
            script = parse_script(TEXT)
            span = replace(script.spans[0], emotion=felt)
            engine.generate(SpeechRequest(replace(script, spans=(span,)), job=Job(3)))
        finally:
            del module._call_impl
        found.append(seen[-1])  # the first ones may be sentences that directions are learned from
    return found
