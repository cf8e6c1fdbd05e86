"""The network of an adapter: from an emotion's embedding, and what a prompt says, to residuals on the prompt's states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generators.hub.directions import Encoded, Shift

if TYPE_CHECKING:
    import torch

__all__ = ["AdapterNetwork"]


class AdapterNetwork:
    """A head for the rows, whose hidden units each row weighs by its own content, and a head for the pooled vector.

    Args:
        width: of the prompt's states.
        pooled_width: of the pooled vector; 0 for none.
        hidden: width of the layer between.
        seed: of the first weights.
    """

    def __init__(self, width: int, pooled_width: int = 0, hidden: int = 256, seed: int = 0) -> None:
        import torch

        from conditioning.encoder.heads import ProjectionHead

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            parts: dict[str, torch.nn.Module] = {"rows": ProjectionHead(width, hidden)}
            look = torch.nn.Linear(width, hidden, bias=False)
            torch.nn.init.zeros_(look.weight)  # every row alike, until training finds that they differ
            parts["look"] = look
            if pooled_width:
                parts["pooled"] = ProjectionHead(pooled_width, hidden)
        self.width, self.pooled_width, self.hidden = width, pooled_width, hidden
        self._parts = torch.nn.ModuleDict(parts)

    def shift(self, embeddings: torch.Tensor, encoded: Encoded, scale: float = 1.0) -> Shift:
        """What embeddings add to embedded prompts; zeros for zeros, and linear along each ray.

        Args:
            embeddings: ``(B, 256)``.
            encoded: states ``(B, n, d)``, and the pooled vector ``(B, p)`` where there is one.
            scale: in which the output is counted.

        Returns:
            Rows ``(B, n, d)`` and, where there is one, pooled ``(B, p)``, in single precision.
        """
        import torch

        head: Any = self._parts["rows"]
        seen = torch.nn.functional.layer_norm(encoded.states.detach().float(), (self.width,))
        units = head.bend(head.inner(embeddings.float()))[:, None]
        rows = head.outer(units * (1 + torch.tanh(self._parts["look"](seen)))) * scale
        if encoded.pooled is None or not self.pooled_width:
            return Shift(rows)
        return Shift(rows, self._parts["pooled"](embeddings.float()) * scale)

    def named_weights(self) -> dict[str, torch.nn.Parameter]:
        """What is trained, by name."""
        return dict(self._parts.named_parameters())

    def state_dict(self) -> dict[str, torch.Tensor]:
        """The weights by name."""
        return dict(self._parts.state_dict())

    def load_state_dict(self, weights: dict[str, torch.Tensor]) -> None:
        """Take weights.

        Raises:
            RuntimeError: names or shapes do not fit.
        """
        self._parts.load_state_dict(weights)

    def to(self, device: torch.device | str) -> AdapterNetwork:
        """The same network, moved to a device."""
        self._parts.to(device)
        return self

    def eval(self) -> AdapterNetwork:
        """The same network, no longer trained."""
        self._parts.eval().requires_grad_(False)
        return self
