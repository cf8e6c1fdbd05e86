from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_port_that_is_taken_is_told():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        # In a process of its own: Gradio leaves the sockets of a start that failed open.
        command = f"from studio.page.app import launch; launch(port={port}, open_browser=False)"
        done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("conditioning.errors.OutputError") and f"127.0.0.1:{port}" in last
    assert "--port" in last
