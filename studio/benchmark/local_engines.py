"""The engines whose weights lie in a folder, and what the fidelity set makes of each.

Every folder below the given one is held against what each engine's library expects, so a collection of models can be measured without being
told what is what. One engine that fails is a row with its reason, and the others go on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from conditioning.errors import AffectError, InputFileError
from external.peak_memory import PeakMemory
from generators.base import Job
from generators.checkpoints import Layout
from studio.benchmark.bench import open_bench
from studio.benchmark.items import Item, items
from studio.benchmark.records import ITEMS, append
from studio.benchmark.results import MediumResult, medium_result, write_results

__all__ = ["LocalEngine", "Measured", "find_engines", "measure"]

_JUDGES = {"music": "music_audio"}  # these engines write no score, which the usual judge of music reads
_MARKS = ("model_index.json", "config.json")


@dataclass(frozen=True)
class LocalEngine:
    """An engine with weights on this machine.

    Args:
        name: such as ``"video=sd:FOLDER"``.
        engine: without the weights, such as ``"video=sd"``.
        folder: of the weights.
    """

    name: str
    engine: str
    folder: Path

    @property
    def medium(self) -> str:
        """What it makes."""
        return self.engine.partition("=")[0]


@dataclass(frozen=True)
class Measured:
    """What the set made of an engine.

    Args:
        engine: that made it.
        result: its figures; None where nothing was made.
        pieces: made and read.
        seconds: of a piece, in the mean, loading not counted; None where none was made.
        loading: seconds of the first piece beyond that mean.
        megabytes: of memory at most; None where nobody can say.
        fault: why pieces failed, "" where none did.
    """

    engine: LocalEngine
    result: MediumResult | None
    pieces: int
    seconds: float | None = None
    loading: float = 0.0
    megabytes: float | None = None
    fault: str = ""


def find_engines(folder: Path) -> list[LocalEngine]:
    """The engines whose weights lie below a folder, by medium and name.

    Raises:
        InputFileError: there is no such folder.
    """
    if not folder.is_dir():
        raise InputFileError(f"There is no folder {folder}.", "Give the folder of your models with --models.")
    layouts = _layouts()
    found = []
    for place in _model_folders(folder):
        for engine, layout in layouts.items():
            if not layout.faults(place):
                found.append(LocalEngine(f"{engine}:{place}", engine, place))
    return found


def measure(
    engine: LocalEngine, size: str, out: Path, job: Job, most: int = 0, options: str = ""
) -> Measured:
    """Make and read the fidelity set with an engine; what fails is told, not raised.

    Args:
        engine: to be measured.
        size: of the set, ``"quick"`` or ``"full"``.
        out: folder of the results; the engine's lie in one of its own.
        job: progress and cancel.
        most: pieces at most, spread over the set; 0 for all.
        options: on top of the weights, such as ``"portrait=me.jpg"``.

    Raises:
        Cancelled: the user stopped.
        OutputError: the results cannot be written.
    """
    name = engine.name + (f"?{options}" if options else "")
    try:
        bench = open_bench(name, _JUDGES.get(engine.medium, ""))
    except AffectError as error:
        return Measured(engine, None, 0, fault=str(error))
    wanted = _spread(items(engine.medium, size), most)
    memory, outcomes = PeakMemory(), []
    place = out / f"{engine.engine.replace('=', '-')}-{engine.folder.name}"
    (place / ITEMS).unlink(missing_ok=True)
    for number, item in enumerate(wanted):
        job.step(number, len(wanted), f"{engine.engine}: {item.name}")
        outcome = bench.outcome(item, Job(item.seed, cancel=job.cancel))
        append(place / ITEMS, outcome)
        outcomes.append(outcome)
        if outcome.error and number == 0:
            break  # weights that do not load will not load the next time either
    made = [one for one in outcomes if not one.error]
    fault = next((one.error for one in outcomes if one.error), "")
    if not made:
        return Measured(engine, None, 0, megabytes=memory.megabytes(), fault=fault)
    result = medium_result(bench, outcomes)
    write_results(place, [result], size)
    later = [one.seconds for one in made[1:]] or [made[0].seconds]
    mean = sum(later) / len(later)
    return Measured(
        engine, result, len(made), mean, max(outcomes[0].seconds - mean, 0.0), memory.megabytes(), fault
    )


def _spread(wanted: tuple[Item, ...], most: int) -> tuple[Item, ...]:
    """So many of the items, evenly; those that ask for one emotion in full come first."""
    plain = tuple(item for item in wanted if item.is_plain)
    chosen = plain if most and most <= len(plain) else wanted
    if not most or most >= len(chosen):
        return chosen
    return tuple(chosen[len(chosen) * i // most] for i in range(most))


def _model_folders(folder: Path) -> Iterator[Path]:
    """Folders that may hold a model, sorted; the parts inside a model are none of their own."""
    if any((folder / mark).is_file() for mark in _MARKS):
        yield folder
        return
    for inner in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        yield from _model_folders(inner)


def _layouts() -> dict[str, Layout]:
    """What the library of each engine with weights expects, by the engine's full name; plugins that break are left out."""
    from generators.registry import GROUP

    found: dict[str, Layout] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            kind: Callable[[str], Any] = point.load()
            layout = _layout(kind, kind(""))
        except Exception:  # a plugin may fail in any way; 'affect engines' says which and why
            continue
        if layout is not None:
            found[point.name.replace(".", "=", 1)] = layout
    return found


def _layout(kind: Any, built: Any) -> Layout | None:
    places = (getattr(built, "weights", None), kind, sys.modules.get(kind.__module__))
    named = (getattr(place, name, None) for place in places for name in ("layout", "LAYOUT"))
    return next((layout for layout in named if isinstance(layout, Layout)), None)
