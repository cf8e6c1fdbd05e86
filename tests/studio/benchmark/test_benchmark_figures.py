"""Laws of the figures: perfection, chance, shuffling, and a swapped label."""

from dataclasses import replace

import numpy as np
import pytest
from benchmark_stand_ins import LABELS, PerfectJudge, guess, outcomes_of, perfect

from conditioning.emotion import Emotion
from studio.benchmark.figures import TITLES, chances, figures_of, is_better
from studio.benchmark.records import Outcome
from studio.benchmark.statistics import shuffled_order, statistics_of, top_of
from studio.fidelity.measures.intervals import mean_interval
from studio.fidelity.measures.sets import macro_f1

CARD = PerfectJudge.card


def values(outcomes, order=None):
    order = np.arange(len(outcomes)) if order is None else order
    return {one.name: one.value(order) for one in statistics_of(outcomes, LABELS)}


@pytest.fixture(scope="module")
def whole():
    return outcomes_of(lambda item: perfect(item.emotion))


@pytest.fixture(scope="module")
def achieved(whole):
    return {figure.name: figure for figure in figures_of(whole, CARD, LABELS, permutations=100)}


def test_a_perfect_judge_of_an_honest_engine_scores_all_there_is(achieved):
    best = dict.fromkeys(TITLES, 1.0) | {"rank": 1.0, "vad_distance": 0.0}
    assert {name: round(figure.value, 6) for name, figure in achieved.items()} == best


def test_every_figure_has_a_title_and_an_interval_around_it(achieved):
    assert list(achieved) == [name for name in TITLES if name in achieved]
    assert all(figure.low - 1e-9 <= figure.value <= figure.high + 1e-9 for figure in achieved.values())


def test_the_human_row_is_the_card_s_recall(achieved):
    assert achieved["uar"].people == pytest.approx(0.7)
    assert achieved["spearman"].people is None


def test_shuffled_requests_score_at_chance_where_chance_does_not_depend_on_the_reader(achieved):
    for name in (
        "uar",
        "accuracy",
        "rank",
        "share",
        "spearman",
        "ccc_valence",
        "ccc_arousal",
        "ccc_dominance",
    ):
        figure = achieved[name]
        assert figure.shuffled_low <= figure.chance <= figure.shuffled_high, name
        spread = figure.shuffled_high - figure.shuffled_low
        assert figure.shuffled == pytest.approx(figure.chance, abs=0.25 * spread), name


def test_shuffling_never_reaches_what_was_achieved(achieved):
    for name, figure in achieved.items():
        if is_better(name):
            assert figure.p < 0.05, name


def test_a_guesser_scores_at_chance():
    rng = np.random.default_rng(5)
    runs = [outcomes_of(lambda item: guess(rng)) for _ in range(12)]
    found = [values(run) for run in runs]
    expected = chances(runs[0], LABELS)
    for name, chance in expected.items():
        if name == "mixture_cosine":  # stated for an even reading; one that is drawn points elsewhere
            continue
        scores = np.array([one[name] for one in found])
        margin = 4 * scores.std() / np.sqrt(len(scores)) + 0.01
        assert scores.mean() == pytest.approx(chance, abs=margin), name


def test_swapping_a_label_in_the_request_lowers_the_score(whole):
    swap = {"joy": "anger", "anger": "joy"}

    def swapped(one: Outcome) -> Outcome:
        item = one.item
        if item.kind != "emotion" or item.label not in swap:
            return one
        other = Emotion.of(swap[item.label], item.intensity)
        return replace(one, item=replace(item, emotion=other))

    before, after = values(whole), values([swapped(one) for one in whole])
    for name in ("uar", "accuracy", "macro_f1", "share", "credit", "spearman", "linearity"):
        assert after[name] < before[name] - 0.1, name
    for name in ("rank", "vad_distance"):
        assert after[name] > before[name] + 0.1, name
    assert after["uar"] == pytest.approx(6 / 8)


def test_macro_f1_is_that_of_the_fidelity_measures():
    rng = np.random.default_rng(3)
    noisy = outcomes_of(lambda item: perfect(item.emotion) if rng.random() < 0.3 else guess(rng), "quick")
    noisy[0] = replace(noisy[0], reading=None)
    plain = [one for one in noisy if one.item.is_plain]
    asked, read = [one.item.label for one in plain], [top_of(one.reading) for one in plain]
    assert values(noisy)["macro_f1"] == pytest.approx(macro_f1(asked, read, LABELS))


def test_silence_earns_nothing(whole):
    silent = values([replace(one, reading=None) for one in whole])
    assert silent["uar"] == silent["share"] == silent["mixture_cosine"] == silent["coverage"] == 0.0
    assert silent["rank"] == len(LABELS)


def test_one_order_shuffles_within_kinds_alone(whole):
    order = shuffled_order(whole, np.random.default_rng(0))
    assert sorted(order) == list(range(len(whole)))
    assert all(whole[a].item.kind == whole[b].item.kind for a, b in enumerate(order))
    assert (order != np.arange(len(order))).mean() > 0.9


def test_the_interval_of_a_mean_is_that_of_the_fidelity_measures():
    rng = np.random.default_rng(2)
    noisy = outcomes_of(lambda item: perfect(item.emotion) if rng.random() < 0.6 else guess(rng))
    figure = next(one for one in figures_of(noisy, CARD, LABELS, permutations=1) if one.name == "share")
    plain = [one for one in noisy if one.item.is_plain]
    shares = np.array([one.reading.probabilities[one.item.label] for one in plain])
    known = mean_interval(shares, [one.item.group for one in plain])
    assert (figure.value, figure.low, figure.high) == pytest.approx(
        (known.mean, known.low, known.high), abs=0.03
    )


def test_a_judge_of_quadrants_counts_no_neutral_and_no_dominance():
    from studio.judges.quadrants import QUADRANTS, quadrant_of

    def read(item):
        felt = item.emotion.felt
        label = QUADRANTS[int(quadrant_of(felt.array()[None])[0])]
        return replace(perfect(item.emotion), probabilities={q: float(q == label) for q in QUADRANTS})

    outcomes = outcomes_of(read, "quick")
    found = {one.name: one for one in statistics_of(outcomes, QUADRANTS)}
    assert found["uar"].value(np.arange(len(outcomes))) == 1.0
    assert len(found["uar"].groups) == 21
    assert "ccc_dominance" not in found
