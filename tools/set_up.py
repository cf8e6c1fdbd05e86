"""Create the virtual environment and install the studio into it: ``python tools/set_up.py .venv``.

Without an NVIDIA GPU, torch's CPU build goes in first, so that no other package brings the CUDA one. Versions come from
constraints.txt, a set that is known to install together.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

CPU_TORCH = "https://download.pytorch.org/whl/cpu"


def main(folder: Path) -> None:
    """Make the environment in a folder, or bring it up to date."""
    if sys.version_info[:2] not in ((3, 11), (3, 12), (3, 13)):
        sys.exit(
            f"Python {sys.version.split()[0]} is not supported. Run 'make PYTHON=python3.12' with 3.11, 3.12 or 3.13."
        )
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    root = Path(__file__).resolve().parent.parent
    torch = next(
        line.strip()
        for line in (root / "constraints.txt").read_text().splitlines()
        if line.startswith("torch==")
    )
    print("Installing; this takes some minutes the first time …", flush=True)
    if shutil.which("nvidia-smi") is None:
        quick = ["--retries", "1", "--timeout", "20"]
        subprocess.run(
            [*pip, *quick, torch, "--index-url", CPU_TORCH], check=False, stderr=subprocess.DEVNULL
        )
    subprocess.run([*pip, "-c", str(root / "constraints.txt"), "-e", f"{root}[test,lint]"], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
