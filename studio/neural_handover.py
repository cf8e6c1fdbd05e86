"""What a neural renderer of the WanAnimate kind takes to put our performance on a person of its own: two films of equal length.

``face.mp4`` and ``pose.mp4`` are what ``generators.face.neural.handover`` makes of a track; ``reference.png`` is the first picture, for renderers
that want one of ours. Sides are multiples of 16.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from conditioning.errors import RequestError
from generators.base import FaceTrack, Job
from generators.face.neural.handover import FACE_SIDE, performed, pose_picture
from studio.encode import write_film, written

__all__ = ["write_handover"]


def write_handover(folder: Path, track: FaceTrack, fps: float, job: Job) -> list[Path]:
    """Write ``face.mp4``, ``pose.mp4`` and ``reference.png``; gives the files.

    Args:
        folder: is made if missing.
        track: of any face engine; its pictures have alpha and sides that are multiples of 16.
        fps: frames a second.
        job: progress and cancel.

    Raises:
        RequestError: the landmarker sees no face in the pictures, or a side is no multiple of 16.
        OutputError: a file cannot be written.
        Cancelled: the user stopped.
    """
    from PIL import Image

    if track.size[0] % 16 or track.size[1] % 16:
        raise RequestError(
            f"A neural renderer takes no pictures of {track.size[0]} by {track.size[1]} pixels.",
            "Give a --height that is a multiple of 16.",
        )
    bodies: list[dict[str, np.ndarray]] = []
    files = [folder / name for name in ("face.mp4", "pose.mp4", "reference.png")]

    def faces() -> Iterator[np.ndarray]:
        for picture, face, body in performed(track, job):
            if not bodies:
                with written(files[2]) as part:
                    Image.fromarray(picture).save(part, "PNG")
            bodies.append(body)
            yield face

    write_film(files[0], faces(), (FACE_SIDE, FACE_SIDE), fps, None, quality=14)
    poses = (pose_picture(body, track.size) for body in bodies)
    write_film(files[1], poses, track.size, fps, None, quality=14)
    return files
