"""Heads take the embedding to an engine's width and are trained while all else rests."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from conditioning.encoder.heads import ProjectionHead
from conditioning.encoder.network import EmotionEncoder
from conditioning.encoder.weights import shipped_weights
from conditioning.errors import InputFileError
from conditioning.vocabulary import lexicon


@pytest.fixture(scope="module")
def network(one_thread: None) -> EmotionEncoder:
    return EmotionEncoder.load(shipped_weights()).requires_grad_(False)


@pytest.mark.parametrize(("width", "hidden"), [(1, 0), (24, 64), (1024, 256)])
def test_a_new_head_changes_nothing_at_any_width(width, hidden):
    head = ProjectionHead(width, hidden)
    assert head(torch.randn(5, 256)).shape == (5, width)
    assert head(torch.randn(5, 8, 256)).shape == (5, 8, width)
    assert not head(torch.randn(5, 256)).any()


def test_a_head_learns_alone(network):
    torch.manual_seed(3)
    rows = torch.from_numpy(np.stack([network.inputs.label(label) for label in lexicon().labels]))
    wanted = torch.from_numpy(lexicon().means()).float() @ torch.randn(3, 24)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    head = ProjectionHead(24)
    optimiser = torch.optim.Adam(head.parameters(), lr=1e-2)
    losses = []
    for _ in range(80):
        loss = ((head(network(rows).embedding) - wanted) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.05 * losses[0]
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    assert not head(torch.zeros(1, 256)).any()


def test_a_saved_head_is_the_same_head(tmp_path):
    head = ProjectionHead(12, 32)
    torch.nn.init.normal_(head.outer.weight)
    head.save(tmp_path / "head.safetensors")
    rows = torch.randn(4, 256)
    assert torch.equal(ProjectionHead.load(tmp_path / "head.safetensors")(rows), head(rows))


def test_what_is_no_head_is_refused(tmp_path):
    with pytest.raises(InputFileError, match="There is no"):
        ProjectionHead.load(tmp_path / "none.safetensors")
    with pytest.raises(InputFileError, match="no head"):
        ProjectionHead.load(shipped_weights())
