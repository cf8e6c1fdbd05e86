"""What listeners would say of speech, predicted: DNSMOS P.835.

Aim: to notice when an emotion costs a voice its cleanness. The network was trained on ratings of noisy and denoised speech after
ITU-T P.835, so it hears breath, creak and whisper as noise and knows nothing of taste: a floor, not a goal.

Conventions: a sound has ``samples`` ``(n,)`` or ``(n, channels)``, full scale -1..1, and ``sample_rate`` in hertz; its channels are
averaged and it is brought to 16 kHz.

Length: the network hears 9.01 s. A shorter sound is doubled until it is as long, a longer one is heard every second and the
opinions are averaged; both as the authors' own code does, so figures agree with published ones.

Level: the sound is taken as it is, as the authors do, and samples beyond full scale are cut off. With ``level_lufs`` it is first
brought to that loudness, so that a soft and a loud voice compare as equals.

Metrics:
    * ``predicted_opinion``: of the signal, of the background, overall; each 1 (bad) to 5 (excellent).

Source: Reddy, Gopal & Cutler (2022), ICASSP, "DNSMOS P.835"; network and numbers from the package speechmos 0.0.1.1 (MIT).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from conditioning.assets import asset_table
from external.onnx import open_network
from external.packages import folder_of
from studio.judges.media import Sound, Waveform, mono
from studio.quality.sound import loudness_lufs

__all__ = ["Opinion", "predicted_opinion"]

_RATE = 16_000
_SILENT_PEAK = 1e-4  # 80 dB below full scale: there is nothing to have an opinion of


@dataclass(frozen=True)
class Opinion:
    """Predicted mean opinion, each 1 (bad) to 5 (excellent), higher is better; NaN of silence.

    Args:
        signal: of the speech itself (SIG).
        background: of what is heard beside it (BAK).
        overall: of both (OVRL).
    """

    signal: float
    background: float
    overall: float


def predicted_opinion(sound: Sound, *, level_lufs: float | None = None) -> Opinion:
    """The opinion of a sound that holds speech.

    Args:
        sound: of any length; an empty or silent one (no sample above -80 dB) has NaN for an opinion.
        level_lufs: loudness to bring it to first, in LUFS; None leaves it as it is.

    Raises:
        EngineError: the package speechmos is missing.
    """
    network, rule = _network(), _rule()
    wave = mono(sound, _RATE)
    if not len(wave) or float(np.abs(wave).max()) < _SILENT_PEAK:
        return Opinion(np.nan, np.nan, np.nan)
    if level_lufs is not None:
        gain = 10 ** ((level_lufs - loudness_lufs(Waveform(wave, _RATE))) / 20)
        wave = wave * np.float32(gain)
    raw = np.array(
        [network.run(None, {"input_1": piece[None]})[0][0] for piece in _pieces(np.clip(wave, -1.0, 1.0))]
    )
    scores = {
        name: float(np.polyval(rule["polynomial"][name], raw[:, column]).mean())
        for column, name in enumerate(("signal", "background", "overall"))
    }
    return Opinion(**scores)


def _pieces(wave: np.ndarray) -> list[np.ndarray]:
    """What the network hears one after another, ``(144160,)`` each."""
    rule = _rule()
    length, hop = int(rule["seconds"] * _RATE), int(rule["hop_seconds"] * _RATE)
    while len(wave) < length:
        wave = np.append(wave, wave)
    hops = int(np.floor(len(wave) / _RATE) - rule["seconds"]) + 1
    starts = [index * hop for index in range(hops)]
    return [wave[start : start + length] for start in starts if start + length <= len(wave)]


@cache
def _rule() -> dict[str, Any]:
    return asset_table("quality", "dnsmos.toml")


@cache
def _network() -> Any:
    """The network inside speechmos, run by itself: ``import speechmos.dnsmos`` wants librosa, which it does not declare."""
    folder = folder_of("speechmos", "The quality model DNSMOS", "speechmos")
    return open_network(folder / "dnsmos_models" / "sig_bak_ovr.onnx", "Install speechmos again.")
