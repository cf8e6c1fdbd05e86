"""make_cond_dict with Zonos's own defaults."""

from __future__ import annotations


def make_cond_dict(text="", language="en-us", speaker=None,
                   emotion=(0.3077, 0.0256, 0.0256, 0.0256, 0.0256, 0.0256, 0.2564, 0.3077), fmax=22050.0,
                   pitch_std=20.0, speaking_rate=15.0):  # fmt: skip
    assert language in ("en-us", "en-gb", "de", "fr-fr"), "Please pick a supported language"
    return {"text": text, "language": language, "speaker": speaker is not None, "emotion": list(emotion),
            "pitch_std": pitch_std, "speaking_rate": speaking_rate}  # fmt: skip
