"""``affect steer``: the directions by which emotion moves a model that knows nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from generators.hub.direction_store import DirectionFile
    from generators.hub.directions import TextDirections

__all__ = ["steer"]

steer = typer.Typer(
    name="steer",
    help="Learn, show or export the directions by which emotion moves an engine's weights.",
    no_args_is_help=True,
)

Engine = Annotated[str, typer.Argument(help="An engine with its weights, such as video=wan:FOLDER.")]
Labels = Annotated[
    str,
    typer.Option(
        "--emotions",
        help="Labels, separated by commas; if not given the seven most used, or those that its voices have.",
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="A file of directions, .safetensors.")]
Source = Annotated[
    str, typer.Argument(help="An engine with its weights, or a file that 'affect steer export' wrote.")
]
Clips = Annotated[
    str,
    typer.Option(
        "--clips",
        help="speech=xtts: a folder of recordings named after what is heard (anger.wav, neutral.wav …); 'own' lets the built-in voice make them.",
    ),
]
USUAL = "joy,sadness,anger,fear,disgust,surprise,calm"


@steer.command()
def learn(engine: Engine, emotions: Labels = "", clips: Clips = "") -> None:
    """Learn directions from sentence pairs, or from recordings, and keep them in the cache."""
    from conditioning.errors import RequestError
    from generators.hub.directions import TextDirections

    if clips:
        _learn_from_clips(engine, clips, _labels(emotions or USUAL))
        return
    directions, labels = _directions(engine), _labels(emotions or USUAL)
    if not isinstance(directions, TextDirections):
        raise RequestError(
            f"{engine} has its directions from voices, not from sentences.",
            "See them with 'affect steer show'; speech=xtts learns with --clips RECORDINGS.",
        )
    for number, label in enumerate(labels, 1):
        typer.echo(f"{number} of {len(labels)}: {label}", err=True)
        directions.direction(label)
    typer.echo(f"Kept {len(labels)} directions of {engine}.")


@steer.command()
def show(source: Source, emotions: Labels = "") -> None:
    """Print the strength of each direction and how far any two point the same way (cosine)."""
    kept = _read(source, emotions)
    names = sorted(kept.directions)
    first = max(len(name) for name in ("emotion", *names))
    typer.echo(f"model {kept.model[:12]}, {len(next(iter(kept.directions.values())).unit)} wide")
    typer.echo("strength: how far the states move at intensity 1")
    typer.echo("then cosines: 1 the same way, 0 unrelated, -1 opposite")
    typer.echo(f"{'emotion':<{first}}  strength  " + "  ".join(f"{name:>5}" for name in names))
    for name in names:
        one = kept.directions[name]
        row = "  ".join(
            f"{float(one.unit @ kept.directions[other].unit):{max(len(other), 5)}.2f}" for other in names
        )
        typer.echo(f"{name:<{first}}  {one.length:8.3f}  {row}")


@steer.command()
def export(engine: Engine, out: Out, emotions: Labels = "") -> None:
    """Write directions to a file: unit vectors by label, their strengths and the model's fingerprint in its metadata."""
    from generators.hub.direction_store import write_directions
    from studio.encode import check_ending

    check_ending(out, ".safetensors")
    write_directions(out, _read(engine, emotions))
    typer.echo(f"Wrote {out}.")


def _learn_from_clips(engine: str, clips: str, labels: list[str]) -> None:
    """Learn an engine's directions from recordings.

    Raises:
        RequestError: the engine has no voices that recordings could tell apart.
    """
    import tempfile

    from conditioning.errors import RequestError
    from generators.base import Job
    from generators.hub.direction_store import read_directions
    from generators.registry import parse_engine
    from generators.speech.clip_directions import learn_clips
    from studio.cli.progress import working
    from studio.own_clips import write_own_clips

    wanted = parse_engine(engine)
    if (wanted.medium, wanted.engine) != ("speech", "xtts"):
        raise RequestError(
            f"Engine {engine} does not learn from recordings.",
            "speech=xtts:FOLDER does; the others from sentences.",
        )
    with working() as (progress, cancel), tempfile.TemporaryDirectory() as scratch:
        job, folder = Job(0, progress, cancel), Path(clips)
        if clips == "own":
            folder = Path(scratch)
            write_own_clips(folder, labels, job)
        path = learn_clips(wanted.model, folder, job)
    typer.echo(f"Kept {len(read_directions(path).directions)} directions of {engine} in {path}.")


def _directions(engine: str) -> TextDirections | DirectionFile:
    """The directions of an engine's weights: learned from sentences when asked for, or those that its voices have.

    Raises:
        RequestError: the engine is not steered by directions.
        EngineError: its voices are not told apart by emotion.
    """
    from conditioning.errors import RequestError
    from generators.base import Job
    from generators.registry import load

    built = load(engine)
    if not hasattr(built, "directions"):
        raise RequestError(
            f"Engine {engine} has no directions.",
            "Engines with a prompt have, such as video=wan:FOLDER, and speech=xtts, speecht5 and coqui-vits.",
        )
    directions: TextDirections | DirectionFile = built.directions(Job())
    return directions


def _labels(text: str) -> list[str]:
    """The lexicon labels of a list.

    Raises:
        UnknownNameError: a label is not known.
    """
    from conditioning.emotion import Emotion

    wanted = [label.strip() for label in text.split(",") if label.strip()]
    return [next(iter(Emotion.of(label).mixture)) for label in wanted]


def _read(source: str, emotions: str) -> DirectionFile:
    """Directions out of a file, or of an engine."""
    from conditioning.errors import UnknownNameError
    from generators.hub.direction_store import DirectionFile, read_directions

    is_file = "=" not in source and (source.endswith(".safetensors") or Path(source).is_file())
    found = read_directions(Path(source)) if is_file else _directions(source)
    if isinstance(found, DirectionFile):
        labels = _labels(emotions) or list(found.directions)
        for label in labels:
            if label not in found.directions:
                raise UnknownNameError(
                    "direction", label, found.directions, f"These are the directions of {source}."
                )
        return DirectionFile(found.model, found.phrasing, {name: found.directions[name] for name in labels})
    directions, labels = found, _labels(emotions or USUAL)
    learned = {label: directions.direction(label) for label in labels}
    return DirectionFile(directions.model, directions.phrasing, learned)
