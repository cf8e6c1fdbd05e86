from __future__ import annotations

import pytest

from conditioning.conditioning import Conditioning
from conditioning.emotion import Emotion
from conditioning.errors import UnknownNameError
from conditioning.timeline import Timeline


def test_the_conditioning_gives_the_vector_at_a_time():
    line = Timeline.of([(0, Emotion.of("joy")), (2, Emotion.of("fear"))])
    vector = Conditioning(line).vector("ekman", 1.0)
    assert vector.named()["happiness"] == pytest.approx(0.5)
    with pytest.raises(UnknownNameError):
        Conditioning(line).vector("ekmann")
