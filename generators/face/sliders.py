"""From a person's sliders to weights of the head's targets.

The sliders stand in ``assets/heads/sliders.toml``. A face is a sum of targets: those of the whole person, which share sex, age
and ancestry among them, and those of single parts such as the nose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from conditioning.assets import asset_table
from conditioning.errors import RequestError, UnknownNameError

__all__ = [
    "ANCESTRIES",
    "Person",
    "slider_names",
    "slider_range",
    "target_names",
    "target_weights",
    "years_range",
]

ANCESTRIES = ("african", "asian", "caucasian")
_SEXES, _AGES, _SIDES = ("female", "male"), ("young", "old"), ("l", "r")


@dataclass(frozen=True)
class Person:
    """Who a head is, by sliders.

    Args:
        sex: 0 female to 1 male.
        years: age in years, within ``years_range()``.
        ancestry: shares by name of ``ANCESTRIES``; they are brought to a sum of 1.
        weight: -1 lean to 1 heavy.
        muscle: -1 slight to 1 muscular.
        proportions: -1 uncommon to 1 ideal.
        shape: sliders of parts by name, -1..1, or 0..1 where a slider has one end.
    """

    sex: float = 0.0
    years: float = 30.0
    ancestry: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"caucasian": 1.0}))
    weight: float = 0.0
    muscle: float = 0.0
    proportions: float = 0.0
    shape: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def slider_names() -> tuple[str, ...]:
    """Names of the sliders of parts, by part."""
    return tuple(_table()["slider"])


def slider_range(name: str) -> tuple[float, float]:
    """How far a slider of a part goes.

    Raises:
        UnknownNameError: there is no such slider.
    """
    sliders = _table()["slider"]
    if name not in sliders:
        raise UnknownNameError("slider", name, sliders, "All stand in assets/heads/sliders.toml.")
    return (-1.0 if "less" in sliders[name] else 0.0), 1.0


def years_range() -> tuple[float, float]:
    """The youngest and the oldest age in years."""
    low, high = _table()["years"]["range"]
    return float(low), float(high)


def target_names() -> tuple[str, ...]:
    """Names of all targets that sliders move, sorted."""
    return tuple(sorted(_of_the_whole() | _of_parts()))


def target_weights(person: Person) -> dict[str, float]:
    """Weights by target, without those that are 0.

    Raises:
        UnknownNameError: there is no such slider or ancestry.
        RequestError: no ancestry has a share.

    Example:
        >>> weights = target_weights(Person(sex=1.0, years=25.0, shape={"nose_hump": 0.5}))
        >>> weights["nose/nose-hump-incr"], weights["macrodetails/caucasian-male-young"]
        (0.5, 1.0)
    """
    whole = _table()["whole"]
    builds = _builds(person.weight, person.muscle)
    weights: dict[str, float] = {}
    for sex, of_sex in zip(_SEXES, (1 - person.sex, person.sex), strict=True):
        for age, of_age in zip(_AGES, _age_shares(person.years), strict=True):
            share = of_sex * of_age
            for ancestry, part in _ancestry_shares(person.ancestry).items():
                weights[whole["ancestry"].format(ancestry=ancestry, sex=sex, age=age)] = share * part
            for pattern, part in builds.items():
                weights[pattern.format(sex=sex, age=age)] = share * part
            low, high = (
                whole["proportions"].format(sex=sex, age=age, proportions=end) for end in whole["proportion"]
            )
            weights[low], weights[high] = (
                share * max(0.0, -person.proportions),
                share * max(0.0, person.proportions),
            )
    for name, value in person.shape.items():
        slider_range(name)
        row = _table()["slider"][name]
        for target in _sided(row["more"] if value >= 0 else row["less"]):
            weights[target] = weights.get(target, 0.0) + abs(value)
    return {name: value for name, value in weights.items() if value}


def _age_shares(years: float) -> tuple[float, float]:
    """Shares of the young and of the old targets."""
    table = _table()["years"]
    old = min(1.0, max(0.0, (years - table["young"]) / (table["old"] - table["young"])))
    return 1 - old, old


def _ancestry_shares(ancestry: Mapping[str, float]) -> dict[str, float]:
    """Shares that sum to 1."""
    for name in ancestry:
        if name not in ANCESTRIES:
            raise UnknownNameError("ancestry", name, ANCESTRIES)
    total = sum(ancestry.values())
    if total <= 0:
        raise RequestError("No ancestry has a share.", f"Give one of {', '.join(ANCESTRIES)} more than 0.")
    return {name: value / total for name, value in ancestry.items()}


def _builds(weight: float, muscle: float) -> dict[str, float]:
    """Shares of the targets of weight and muscle, which together are 1, by their patterns."""
    whole = _table()["whole"]
    scale = 1 / max(1.0, abs(weight) + abs(muscle))
    of_weight, of_muscle = abs(weight) * scale, abs(muscle) * scale
    shares = {whole["average"]: 1 - of_weight - of_muscle}
    lean, heavy = whole["weights"]
    slight, strong = whole["muscles"]
    shares[whole["weight"].replace("{weight}", heavy if weight > 0 else lean)] = of_weight
    shares[whole["muscle"].replace("{muscle}", strong if muscle > 0 else slight)] = of_muscle
    return shares


def _of_the_whole() -> set[str]:
    """Targets of the whole person."""
    whole = _table()["whole"]
    fillings: Iterable[tuple[str, str, tuple[str, ...]]] = (
        ("ancestry", "ancestry", ANCESTRIES),
        ("weight", "weight", tuple(whole["weights"])),
        ("muscle", "muscle", tuple(whole["muscles"])),
        ("proportions", "proportions", tuple(whole["proportion"])),
        ("average", "", ("",)),
    )
    return {
        whole[pattern].replace(f"{{{hole}}}", filling).format(sex=sex, age=age)
        for pattern, hole, all_fillings in fillings
        for filling in all_fillings
        for sex in _SEXES
        for age in _AGES
    }


def _of_parts() -> set[str]:
    """Targets of parts."""
    rows = _table()["slider"].values()
    return {target for row in rows for end in ("less", "more") if end in row for target in _sided(row[end])}


def _sided(pattern: str) -> tuple[str, ...]:
    """The targets of both sides, or the one that has no side."""
    return tuple(pattern.replace("{side}", side) for side in _SIDES) if "{side}" in pattern else (pattern,)


@cache
def _table() -> dict[str, Any]:
    return asset_table("heads", "sliders.toml")
