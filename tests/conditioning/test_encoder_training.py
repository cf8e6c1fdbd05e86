"""Training: what is drawn, what is held out, what the losses want, and that the seed decides all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from conditioning.errors import Cancelled
from conditioning.vocabulary import lexicon, vocabulary_names
from studio.training import encoder_measures
from studio.training.encoder import fit, settings, train
from studio.training.encoder_draws import CELL, Draw, all_labels, held_out, known_names
from studio.training.encoder_losses import rank_n_contrast

NAMES = known_names()


@pytest.fixture
def draw() -> Draw:
    return Draw(NAMES, settings()["draw"], 5)


def _short() -> dict:
    return {**settings(), "steps": 12, "batch": 48, "hidden": 64}


def test_a_fifth_of_the_cube_is_held_out_and_every_line_crosses_it():
    edges = np.arange(-1, 1, CELL) + CELL / 2
    cells = np.array(list(itertools.product(edges, repeat=3)))
    marked = held_out(cells).reshape(10, 10, 10)
    assert marked.mean() == pytest.approx(0.2)
    for axis in range(3):
        assert (marked.sum(axis=axis) == 2).all()


def test_no_point_that_is_held_out_is_ever_shown(draw):
    for _ in range(20):
        rows = draw.batch(256).rows
        shown = rows[np.abs(rows[:, -4:-1]).sum(axis=1) > 0, -4:-1].astype(float)
        # Points are drawn in double precision; one on a border may fall to its other side in single.
        border = np.abs((shown + 1) / CELL - np.round((shown + 1) / CELL)).min(axis=1) < 1e-5
        assert len(shown) > 100
        assert not held_out(shown[~border]).any()


def test_names_and_points_are_missing_at_times_but_never_both(draw):
    batch = draw.batch(2000)
    assert 0.1 < (~batch.named).mean() < 0.4
    assert 0.1 < (~batch.pointed).mean() < 0.4
    assert (batch.named | batch.pointed).all()
    shows_names = batch.rows[:, :-4].any(axis=1)
    shows_point = batch.rows[:, -4:-1].any(axis=1)
    assert (shows_names | shows_point).mean() > 0.98  # the rest is drawn so faint that it is neutral
    assert (shows_names & ~shows_point).any()
    assert (shows_point & ~shows_names).any()
    assert (shows_names & shows_point).any()
    assert not (shows_names & ~batch.named).any()
    assert not (shows_point & ~batch.pointed).any()


def test_a_view_by_name_alone_stands_for_the_names_places(draw):
    batch = draw.batch(500)
    by_name = batch.told & ~batch.rows[:, -4:-1].any(axis=1)
    places = np.array([lexicon()[name].vad.array() for name in NAMES])
    assert by_name.sum() > 50
    assert np.allclose(batch.points[by_name], batch.rows[by_name, :-4] @ places, atol=1e-5)


def test_labels_of_all_vocabularies_are_learned_and_measured():
    assert {name for name, _ in all_labels()} == set(vocabulary_names())


def test_rank_n_contrast_is_least_where_the_order_is_kept():
    places = torch.linspace(-1, 1, 12)[:, None]
    wanted = torch.cdist(places, places)
    shuffled = places[torch.randperm(12, generator=torch.Generator().manual_seed(1))]
    in_order = rank_n_contrast(4 * wanted, wanted, 0.2)
    assert in_order < rank_n_contrast(wanted, wanted, 0.2) < rank_n_contrast(0 * wanted, wanted, 0.2)
    assert in_order < rank_n_contrast(4 * torch.cdist(shuffled, shuffled), wanted, 0.2)


def test_rank_n_contrast_is_the_mean_over_pairs_of_its_definition():
    generator = torch.Generator().manual_seed(2)
    rows, labels = torch.randn(6, 4, generator=generator), torch.randn(6, 3, generator=generator)
    apart, wanted = torch.cdist(rows, rows), torch.cdist(labels, labels)
    terms = []
    for i, j in itertools.permutations(range(6), 2):
        rivals = [k for k in range(6) if k != i and wanted[i, k] >= wanted[i, j]]
        terms.append(apart[i, j] / 0.5 + torch.logsumexp(-apart[i, rivals] / 0.5, dim=0))
    assert rank_n_contrast(apart, wanted, 0.5).item() == pytest.approx(
        torch.stack(terms).mean().item(), rel=1e-5
    )


def test_the_seed_decides_every_byte(tmp_path):
    for name in ("first", "second"):
        torch.manual_seed(len(name))  # what ran before does not matter
        fit(_short(), lambda *_: None).save(tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    fit({**_short(), "seed": 1}, lambda *_: None).save(tmp_path / "other")
    assert (tmp_path / "other").read_bytes() != (tmp_path / "first").read_bytes()


def test_a_short_training_writes_weights_and_a_card(tmp_path, monkeypatch):
    monkeypatch.setattr("studio.training.encoder.settings", _short)
    steps = []
    card = train(tmp_path, tmp_path / "out", lambda *told: steps.append(told))
    assert steps
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "encoder.safetensors",
        "card.json",
        "CARD.md",
    }
    assert card.figures["labels"] == len(all_labels())
    assert f"{card.accuracy:.3f}" in (tmp_path / "out" / "CARD.md").read_text(encoding="utf-8")


def test_training_can_be_stopped():
    def stop(*_: object) -> None:
        raise Cancelled

    threads = torch.get_num_threads()
    with pytest.raises(Cancelled):
        fit(_short(), stop)
    assert torch.get_num_threads() == threads


def test_an_untrained_encoder_does_not_pass(tmp_path):
    from conditioning.encoder.network import EmotionEncoder
    from conditioning.encoder.quick import QuickEncoder

    torch.manual_seed(0)
    EmotionEncoder(NAMES).save(tmp_path / "raw.safetensors")
    raw = QuickEncoder.load(tmp_path / "raw.safetensors")
    assert encoder_measures.labels_met(raw)[0] < 0.5
    assert encoder_measures.order_kept(raw) < 0.9


def test_training_knows_labels_that_were_added(monkeypatch):
    from dataclasses import replace

    from studio.training import encoder_draws

    strange = replace(lexicon()["joy"], name="new", emotion=None)
    known = encoder_draws.all_labels()
    monkeypatch.setattr(encoder_draws, "all_labels", lambda: [*known, ("new", strange)])
    assert Draw(NAMES, settings()["draw"], 1).batch(8).rows.shape == (16, len(NAMES) + 4)
