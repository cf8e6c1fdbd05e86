"""Opening ONNX networks of others: one file, one input, one output, on the processor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioning.errors import EngineError
from external.onnx import open_network

__all__ = ["OnnxNetwork", "only_onnx"]


@dataclass(frozen=True)
class OnnxNetwork:
    """A network with one input and one output.

    Args:
        file: where it lies.
        input_name: of its input.
        input_shape: of its input; a name or None where it is free.
        output_shape: of its output; likewise.
        session: onnxruntime's.
    """

    file: Path
    input_name: str
    input_shape: tuple[Any, ...]
    output_shape: tuple[Any, ...]
    session: Any

    @classmethod
    def open(cls, file: Path) -> OnnxNetwork:
        """The network in a file.

        Raises:
            EngineError: onnxruntime cannot open it, or it has several inputs or outputs.
        """
        session = open_network(file, "Copy or fetch it again.")
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise EngineError(
                f"{file} has {len(inputs)} inputs and {len(outputs)} outputs.", "Export it with one of each."
            )
        return cls(file, inputs[0].name, tuple(inputs[0].shape), tuple(outputs[0].shape), session)

    def run(self, value: np.ndarray) -> np.ndarray:
        """The output for an input, float32 in and out."""
        out: np.ndarray = self.session.run(None, {self.input_name: np.ascontiguousarray(value, np.float32)})[
            0
        ]
        return out


def only_onnx(folder: Path) -> Path:
    """The ONNX file of a folder.

    Raises:
        EngineError: it has none or several.
    """
    files = sorted(folder.glob("*.onnx"))
    if len(files) != 1:
        found = ", ".join(file.name for file in files) or "none"
        raise EngineError(
            f"{folder} should hold one ONNX file; it holds {found}.",
            "Name the file itself, or remove the others.",
        )
    return files[0]
