"""Loudness after ITU-R BS.1770 and EBU R 128, measured by FFmpeg's ``ebur128``, which the film coder brings.

The usual package for it, pyloudnorm, imports ``scipy.signal``, and that ``scipy.stats``: a second or more of start-up in every film. It
measures what the quality measures say of a finished sound, so that what sets the loudness is not what checks it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["integrated_loudness"]

_SILENT = -70.0  # LUFS, the absolute gate of BS.1770, which the filter gives where nothing passes it


def integrated_loudness(samples: np.ndarray, sample_rate: int) -> float:
    """LUFS of a sound; minus infinity where no gating block (0.4 s) is above -70, as in shorter sound.

    Args:
        samples: float ``(n,)`` or ``(n, channels)``.
        sample_rate: hertz.
    """
    import av

    rows = samples if samples.ndim == 2 else samples[:, None]
    layout = {1: "mono", 2: "stereo"}.get(rows.shape[1], f"{rows.shape[1]}c")
    graph, base = av.filter.Graph(), Fraction(1, sample_rate)
    source = graph.add_abuffer(sample_rate=sample_rate, format="flt", layout=layout, time_base=base)
    meter, sink = graph.add("ebur128", "metadata=1:framelog=quiet"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found = _SILENT
    for start in range(0, len(rows), sample_rate):
        part = np.ascontiguousarray(rows[start : start + sample_rate], np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = sample_rate, start, base
        source.push(frame)
        found = _last(sink, found)
    source.push(None)
    found = _last(sink, found)
    return found if found > _SILENT else float("-inf")


def _last(sink: Any, found: float) -> float:
    """The loudness up to now, of what the filter gives; ``found`` where it gives nothing yet."""
    import av

    while True:
        try:
            told = sink.pull().metadata.get("lavfi.r128.I")
        except (av.error.BlockingIOError, av.error.EOFError):
            return found
        if told is not None:
            found = float(told)
