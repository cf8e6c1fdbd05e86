"""The kernel that adds one sounding sample to the output.

Envelopes and oscillators are closed forms of the time since note-on, worked out every ``BLOCK`` frames, so equal
input gives equal output. Formulas: SoundFont Technical Specification 2.04, sections 8.1 and 9.
"""

from __future__ import annotations

import math

import numba
import numpy as np

__all__ = ["BLOCK", "HOP", "RANGE_DB", "add_voice"]

BLOCK = 32  # frames between updates of pitch, filter and gain of a voice
HOP = 64  # frames between the points of a channel's controller curves
RANGE_DB = 96.0  # fall of a volume envelope over its decay or release time
CHOKE = 0.015  # seconds in which an exclusive class silences its earlier note
OPEN_CUTOFF = 13500.0  # cents over 8.176 Hz; a filter from here on is not heard and not run
LOWEST_CUTOFF = 1500.0
GREATEST_STEP = 128.0  # frames of a sample to a frame of output; beyond is nothing to hear

_compile = numba.njit(cache=True, nogil=True, fastmath=True)


@_compile
def _triangle(t: float, rate: float) -> float:
    """Triangle wave of ``rate`` Hz, -1..1, rising from 0 at t = 0 s; 0 before."""
    return 1 - 4 * abs((max(t, 0.0) * rate + 0.25) % 1.0 - 0.5)


@_compile
def _fall(t: float, delay: float, attack: float, hold: float, decay: float, sustain: float) -> float:
    """Volume envelope before note-off, dB below full at t seconds: linear attack, decay straight in dB."""
    if t <= delay:
        return 200.0
    if t < delay + attack:
        return -20 * math.log10((t - delay) / attack)
    return min(max(t - delay - attack - hold, 0.0) / decay * RANGE_DB, sustain)


@_compile
def _rise(t: float, delay: float, attack: float, hold: float, decay: float, sustain: float) -> float:
    """Modulation envelope before note-off, 0..1 at t seconds."""
    if t < delay + attack:
        return max(t - delay, 0.0) / attack
    return max(1 - max(t - delay - attack - hold, 0.0) / decay, sustain)


@_compile
def _lowpass(cutoff: float, resonance: float, rate: float) -> tuple[float, float, float]:
    """Biquad low-pass b0, a1, a2 (b1 = 2 b0, b2 = b0), its peak lowered by half the resonance.

    ``cutoff`` in cents over 8.176 Hz, ``resonance`` in dB.
    """
    w = 2 * math.pi * min(8.176 * 2 ** (cutoff / 1200) / rate, 0.45)
    alpha = math.sin(w) / (2 * 10 ** ((resonance - 3.01) / 20))
    b0 = (1 - math.cos(w)) / 2 / (1 + alpha) * 10 ** (-resonance / 40)
    return b0, -2 * math.cos(w) / (1 + alpha), (1 - alpha) / (1 + alpha)


@_compile
def add_voice(
    out: np.ndarray,
    data: np.ndarray,
    parameters: np.ndarray,
    curves: np.ndarray,
    frames: tuple[int, int, int],
    places: tuple[int, int, int, int, int],
    rate: float,
) -> None:
    """Add one voice to the output.

    Args:
        out: float32 ``(n, 2)``, changed in place.
        data: float32 sample with its zeros before and after.
        parameters: float64 ``(28,)`` as ``parameters.voice_parameters`` gives them.
        curves: float64 ``(4, k)`` of the channel, a point every ``HOP`` frames: gain 0..1, pan -500..500, bend in
            cents, modulation wheel 0..1.
        frames: note-on, note-off and choke as frames of ``out``.
        places: first, last, loop start, loop end in ``data``, and the loop mode.
        rate: hertz of ``out``.
    """
    step, loss, pan = parameters[0], parameters[1], parameters[2]
    v_delay, v_attack, v_hold, v_decay, v_sustain, v_release = parameters[3:9]
    m_delay, m_attack, m_hold, m_decay, m_sustain, m_release = parameters[9:15]
    envelope_pitch, envelope_cutoff, lfo_delay, lfo_rate, lfo_pitch, lfo_cutoff, lfo_volume = parameters[
        15:22
    ]
    vibrato_delay, vibrato_rate, vibrato_pitch, wheel, cutoff, resonance = parameters[22:28]
    on, off, kill = frames
    first, last, loop_start, loop_end, mode = places
    n, width, length = out.shape[0], curves.shape[1], (off - on) / rate
    off_fall = _fall(length, v_delay, v_attack, v_hold, v_decay, v_sustain)
    off_rise = _rise(length, m_delay, m_attack, m_hold, m_decay, m_sustain)
    place, left, right, z1, z2 = float(first), 0.0, 0.0, 0.0, 0.0
    b0, a1, a2, filtered, wrapped, old_cutoff = 1.0, 0.0, 0.0, False, False, -1.0
    i, period = on, loop_end - loop_start
    while i < n:
        count = min(BLOCK, n - i)
        t = (i + count - on) / rate
        if i < off:
            fall = _fall(t, v_delay, v_attack, v_hold, v_decay, v_sustain)
            rise = _rise(t, m_delay, m_attack, m_hold, m_decay, m_sustain)
        else:
            fall = off_fall + (t - length) / v_release * RANGE_DB
            rise = max(off_rise - (t - length) / m_release, 0.0)
        if fall >= RANGE_DB and t > v_delay + v_attack and left + right < 1e-4:
            break
        c = min((i + count) // HOP, width - 1)
        lfo, vibrato = _triangle(t - lfo_delay, lfo_rate), _triangle(t - vibrato_delay, vibrato_rate)
        cents = curves[2, c] + rise * envelope_pitch + lfo * lfo_pitch
        cents += vibrato * (vibrato_pitch + wheel * curves[3, c])
        ratio = min(step * 2 ** (min(max(cents, -12000.0), 12000.0) / 1200), GREATEST_STEP)
        cut = min(max(cutoff + rise * envelope_cutoff + lfo * lfo_cutoff, LOWEST_CUTOFF), OPEN_CUTOFF)
        filtered = filtered or cut < OPEN_CUTOFF or resonance > 0
        if filtered and cut != old_cutoff:
            b0, a1, a2 = _lowpass(cut, resonance, rate)
            old_cutoff = cut
        gain = 10 ** ((lfo * lfo_volume - loss - fall) / 20) * curves[0, c]
        looping = mode == 1 or (mode == 3 and i < off)
        if not looping:  # fade over the sample's last 64 frames, where a recording may be cut
            gain *= min(max((last - place - ratio * count) / (ratio * 64), 0.0), 1.0)
        gain *= min(max(1 - (i + count - kill) / (CHOKE * rate), 0.0), 1.0)
        angle = (min(max(pan + curves[1, c], -500.0), 500.0) / 1000 + 0.5) * math.pi / 2
        d_left = (gain * math.cos(angle) - left) / count
        d_right = (gain * math.sin(angle) - right) / count
        for j in range(i, i + count):
            k = int(place)
            if not looping and k >= last:
                return
            k0, k2, k3 = k - 1, k + 1, k + 2
            if looping:
                k0 += period if wrapped and k0 < loop_start else 0
                k2 -= period if k2 >= loop_end else 0
                k3 -= period if k3 >= loop_end else 0
            f, y0, y1, y2, y3 = place - k, data[k0], data[k], data[k2], data[k3]
            # Catmull-Rom interpolation through four frames.
            y = y1 + 0.5 * f * (y2 - y0 + f * (2 * y0 - 5 * y1 + 4 * y2 - y3 + f * (3 * (y1 - y2) + y3 - y0)))
            if filtered:
                v = b0 * y
                y, z1, z2 = v + z1, 2 * v - a1 * (v + z1) + z2, v - a2 * (v + z1)
            left, right = left + d_left, right + d_right
            out[j, 0] += y * left
            out[j, 1] += y * right
            place += ratio
            if looping and place >= loop_end:
                place, wrapped = loop_start + (place - loop_end) % period, True
        i += count
        if i > kill and gain == 0:
            break
