import numpy as np
import pytest
from PIL import Image

from conditioning.errors import RequestError
from conditioning.vocabulary import vocabulary
from studio.wheel import draw_wheel


def test_every_label_leaves_its_colour_at_its_place(tmp_path):
    draw_wheel(vocabulary("ekman"), tmp_path / "wheel.png")
    picture = np.asarray(Image.open(tmp_path / "wheel.png")).astype(int)
    half = picture.shape[0] / 2
    for label in vocabulary("ekman").labels:
        x = round(half + label.vad.valence * (half - 90))
        y = round(half - label.vad.arousal * (half - 90))
        assert np.ptp(picture[y, x]) > 20, label.name


def test_a_wheel_is_a_png(tmp_path):
    with pytest.raises(RequestError, match=r"\.png"):
        draw_wheel(vocabulary("ekman"), tmp_path / "wheel.pdf")
    assert not list(tmp_path.iterdir())
