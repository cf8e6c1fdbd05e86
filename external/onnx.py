"""Opening ONNX networks, on the processor and with one thread each.

More threads would wait for one another on a machine where face, pictures and coding run side by side, and make bytes depend on
how many cores there are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conditioning.errors import EngineError

__all__ = ["open_network", "opened"]


def open_network(file: Path, remedy: str = "Install affect-studio again.") -> Any:
    """The session of a network in a file.

    Args:
        file: of the network.
        remedy: what to do where the file is not there or broken.

    Raises:
        EngineError: it is missing, or onnxruntime cannot open it.
    """
    if not file.is_file():
        raise EngineError(f"{file} is missing.", remedy)
    return opened(str(file), str(file), remedy)


def opened(content: str | bytes, name: str, remedy: str) -> Any:
    """The session of a network.

    Args:
        content: the path of its file, or what would stand in one.
        name: for errors.
        remedy: what to do where it cannot be opened.

    Raises:
        EngineError: onnxruntime cannot open it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # warnings are for who exports a network
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that share no public root
        raise EngineError(
            f"{name} is no ONNX network that can be opened: {str(error).splitlines()[0]}", remedy
        ) from error
