"""A few pieces through a real engine and the judge that scores."""

from dataclasses import replace

import numpy as np

from conditioning.emotion import Emotion
from studio.benchmark.bench import open_bench
from studio.benchmark.items import items
from studio.benchmark.running import Task, run
from studio.benchmark.statistics import statistics_of


def test_the_composer_is_read_better_than_with_joy_and_sadness_swapped(tmp_path):
    bench = open_bench("music=composer")
    few = tuple(i for i in items("music", "quick") if i.is_plain and i.label in ("joy", "sadness"))
    outcomes = run([Task(bench, few)], tmp_path)
    assert not any(one.error for one in outcomes)
    assert {path.suffix for path in (tmp_path / "samples").iterdir()} == {".wav", ".mid"}
    other = {"joy": Emotion.of("sadness"), "sadness": Emotion.of("joy")}
    swapped = [replace(one, item=replace(one.item, emotion=other[one.item.label])) for one in outcomes]

    def share(found):
        figures = {one.name: one for one in statistics_of(found, bench.card.labels)}
        return figures["share"].value(np.arange(len(found)))

    assert share(outcomes) > share(swapped)
