"""One module for each thing the studio trains. Only ``affect train NAME`` runs them.

Each has ``train(data, out, progress) -> Card``: ``data`` is the folder of corpora, ``out`` the folder that gets weights
and card.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["RECIPES"]

RECIPES: Mapping[str, str] = MappingProxyType(
    {
        "judge-speech": "studio.training.judge_speech:train",
        "judge-text": "studio.training.judge_text:train",
        "judge-text-languages": "studio.training.judge_text_languages:train",
        "judge-face": "studio.training.judge_face:train",
        "judge-music": "studio.training.judge_music:train",
        "judge-music-audio": "studio.training.judge_music_audio:train",
        "judge-picture": "studio.training.judge_picture:train",
        "judge-video": "studio.training.judge_video:train",
        "tuning-judge-speech": "studio.training.tuning_judge_speech:train",
        "tuning-judge-face": "studio.training.tuning_judge_face:train",
        "tuning-judge-music": "studio.training.tuning_judge_music:train",
        "tuning-judge-picture": "studio.training.tuning_judge_picture:train",
        "prosody": "studio.training.prosody:train",
        "encoder": "studio.training.encoder:train",
    }
)
