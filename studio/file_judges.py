"""Which judge reads what of a file, by default and as the user chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from conditioning.errors import RequestError, UnknownNameError
from studio.judges.base import Judge
from studio.judges.lookup import is_registered, judge_named
from studio.media_files import Kind

__all__ = ["ROLES", "FileJudges", "NamedJudge", "read_choices"]

ROLES = {
    "speech": ("speech",),
    "face": ("face",),
    "music": ("music_audio",),
    "score": ("music",),
    "video": ("video", "picture"),
}
"""What is judged, and the judges for it: the first one that is installed. ``music`` is recorded, ``score`` written."""

_ROLES_OF = {
    Kind.SOUND: ("speech", "music"),
    Kind.PICTURE: ("face", "video"),
    Kind.SCORE: ("score",),
    Kind.FILM: ("face", "video", "speech", "music"),
}
_STILL = {"video": "picture"}  # a picture does not move, so the judge of pictures sees it


@dataclass(frozen=True)
class NamedJudge:
    """A judge and what it is for.

    Args:
        role: a name of ``ROLES``.
        name: the judge's own, or the spec it was chosen by.
        judge: the judge.
    """

    role: str
    name: str
    judge: Judge

    @property
    def medium(self) -> str:
        """The medium that it reads, as in a scorecard: ``speech``, ``face``, ``music`` or ``video``."""
        return "music" if self.role == "score" else self.role


@dataclass
class FileJudges:
    """The judges of files, each built when it is first needed.

    Args:
        chosen: name or spec of a judge by role; the studio's own for the others.

    Raises:
        UnknownNameError: a role is unknown.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    _built: dict[str, Judge] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse unknown roles."""
        for role in self.chosen:
            if role not in ROLES:
                raise UnknownNameError(
                    "medium", role, ROLES, "Write for instance speech=hub:audeering:FOLDER."
                )

    def of(self, kind: Kind) -> tuple[NamedJudge, ...]:
        """The judges that read a kind of file; a role for which no judge is installed is left out.

        Raises:
            UnknownNameError: there is no such judge.
            EngineError: its files are missing or broken.
        """
        names = {role: self._name(role, kind) for role in _ROLES_OF[kind]}
        return tuple(NamedJudge(role, name, self._judge(name)) for role, name in names.items() if name)

    def names(self, kind: Kind) -> dict[str, str]:
        """Names or specs by role of the judges that read a kind of file; nothing is loaded."""
        names = {role: self._name(role, kind) for role in _ROLES_OF[kind]}
        return {role: name for role, name in names.items() if name}

    def _name(self, role: str, kind: Kind) -> str:
        if role in self.chosen:
            return self.chosen[role]
        known: Iterable[str] = (_STILL[role],) if kind is Kind.PICTURE and role in _STILL else ROLES[role]
        return next((name for name in known if is_registered(name)), "")

    def _judge(self, name: str) -> Judge:
        if name not in self._built:
            self._built[name] = judge_named(name)
        return self._built[name]


def read_choices(texts: Sequence[str]) -> dict[str, str]:
    """Choices of judges out of ``medium=NAME_OR_SPEC``.

    Raises:
        RequestError: one cannot be read.
        UnknownNameError: a medium is unknown.

    Example:
        >>> read_choices(["speech=hub:audeering:./weights"])
        {'speech': 'hub:audeering:./weights'}
    """
    chosen = {}
    for text in texts:
        role, equals, name = text.partition("=")
        if not equals or not name.strip():
            raise RequestError(
                f"The judge {text!r} cannot be read.", "Write for instance speech=hub:audeering:FOLDER."
            )
        chosen[role.strip()] = name.strip()
    return dict(FileJudges(chosen).chosen)
