"""Tiny checkpoints of judges of voices, in the released formats, and a sound for them to hear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factories.hub_judges_speech import (
    AXES_OF_MSP,
    CATEGORIES,
    build_audeering,
    build_odyssey,
    build_voice_classifier,
)

from studio.judges.media import Waveform

Built = tuple[Path, Any]
RATE = 16_000


@pytest.fixture(scope="package")
def audeering(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("audeering")
    return folder, build_audeering(folder)


@pytest.fixture(scope="package")
def odyssey(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("odyssey")
    return folder, build_odyssey(folder, AXES_OF_MSP)


@pytest.fixture(scope="package")
def categories(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("categories")
    return folder, build_odyssey(folder, CATEGORIES)


@pytest.fixture(scope="package")
def classifier(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Built:
    folder = tmp_path_factory.mktemp("classifier")
    return folder, build_voice_classifier(folder, ["neu", "hap", "ang", "sad"])


@pytest.fixture(scope="package")
def voice() -> Waveform:
    """Two seconds of a gliding, buzzing tone with energy below 3 kHz only, so that resampling keeps all of it."""
    time = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * (120 * time + 40 * time**2)
    wave = sum(np.sin(n * phase) / n for n in range(1, 8)) * (0.2 + 0.1 * np.sin(9 * time))
    return Waveform(wave.astype(np.float32), RATE)
