"""The face of a film: what its engine is asked for, the heads of a dialogue, and the take that a head may follow."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

from conditioning.conditioning import Conditioning
from conditioning.script import Script
from generators.base import Audio, FaceRequest, FaceTrack, Generator, Job, SpeechTrack, Stretch, Take
from studio.casting import face_for, faces_for
from studio.dialogue import Others, facing, feelings, speaking, turns_of
from studio.request import FilmRequest
from studio.script_source import script_of
from studio.shape import shape_course
from studio.stages import seed_for

__all__ = ["check_face", "converse", "face_request", "head_shown", "load_ahead", "sound_of_take", "take_of"]


def check_face(request: FilmRequest) -> None:
    """Refuse a plan, a head style, a camera or a character of the head that there is not, before anything is spoken.

    Raises:
        UnknownNameError: there is no such camera, head style or character.
        RequestError: the file of an own character has faults.
        InputFileError: the plan has faults.
    """
    from generators.face.characters import character
    from generators.face.head_style import head_style
    from generators.face.plan import face_plan
    from generators.face.render.stage import camera

    camera(request.camera)
    head_style(request.head_style)
    if request.plan:
        face_plan(request.plan)
    if "face" in request.media and request.character and request.engine("face").engine == "head":
        character(request.character)


def face_request(
    request: FilmRequest,
    engine: Generator,
    feeling: Conditioning,
    duration: float,
    speech: SpeechTrack | None,
    job: Job,
) -> FaceRequest:
    """What the face engine is asked for; without a character of its own, the one that fits the voice, if the engine has it."""
    return FaceRequest(
        feeling,
        duration,
        speech.phones if speech else (),
        speech.audio if speech else None,
        request.fps,
        character=_character(request, engine),
        job=job,
        plan=request.plan,
        head_style=request.head_style,
        camera=request.camera,
    )


def load_ahead(request: FilmRequest, engine: Generator) -> None:
    """Let a face that takes seconds to load do so while the voice still speaks.

    What fails here is let be: it fails again when the face's turn comes, and is told then.
    """
    prepare = getattr(engine, "prepare", None)
    if prepare is None:
        return

    def load() -> None:
        with suppress(Exception):
            prepare(_character(request, engine))

    # Voice and face both load it; begun in two threads at once, its import can fail with a KeyError.
    import scipy  # noqa: F401

    Thread(target=load, daemon=True).start()


def _character(request: FilmRequest, engine: Generator) -> str:
    """The character asked for, else the one that fits the voice if the engine has it, else ""."""
    fitting = face_for(request.voice)
    return request.character or (fitting if fitting in engine.describe().options else "")


def head_shown(request: FilmRequest) -> str:
    """The character of the built-in head that a request shows, by name or by path; "" for other engines."""
    from generators.face.characters import character

    engine = request.engine("face")
    if engine.engine != "head":
        return ""
    chosen = request.character or face_for(request.voice) or engine.model
    return chosen if chosen.endswith(".toml") else character(chosen).name


def converse(
    request: FilmRequest,
    engine: Generator,
    wanted: FaceRequest,
    script: Script,
    stretches: tuple[Stretch, ...],
    speakers: tuple[str, ...],
) -> tuple[FaceTrack, Others]:
    """The face that speaks first in a dialogue, and the others.

    Args:
        request: of the film.
        engine: of faces.
        wanted: of the face that speaks first.
        script: with all speakers.
        stretches: where its spans sound.
        speakers: their voices.
    """
    turns = turns_of(script, stretches, wanted.duration)
    characters = faces_for(speakers, wanted.character, engine.describe().options)
    made = []
    for who, character in enumerate(characters):
        course = shape_course(feelings(turns, who), request.shape, wanted.duration)
        job = replace(wanted.job, seed=seed_for(wanted.job.seed, who)) if who else wanted.job
        conditioning = Conditioning(course, request.adjustments)
        own = replace(wanted, conditioning=conditioning, character=character, job=job)
        made.append(facing(engine, own, turns, wanted.phones, who))
    return made[0], Others(tuple(made[1:]), speaking(turns))


def take_of(request: FilmRequest, job: Job) -> Take:
    """The take that the face plays: all of it where the script is calm, else its speech under the script's emotion."""
    from studio.driving import read_take

    calm = all(not span.emotion.intensity for span in script_of(request).spans)
    return read_take(Path(request.take), job, request.keeps or ("all" if calm else "speech"))


def sound_of_take(request: FilmRequest) -> Audio | None:
    """The sound of a driving film; None where the take has none."""
    from studio.driving import take_sound

    return take_sound(Path(request.take))
