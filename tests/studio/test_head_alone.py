"""A head alone begins and ends close to its words; beside music or pictures it leaves them room."""

from __future__ import annotations

import pytest

from studio.request import FilmRequest
from studio.studio import Studio, Tracks


def _tracks(*media: str) -> Tracks:
    return Studio().tracks(FilmRequest.read({"script": "[joy] She is here!", "media": media, "seed": 3}))


def _around(tracks: Tracks) -> tuple[float, float]:
    """Seconds before the first and after the last sound of the words."""
    assert tracks.speech is not None
    phones = tracks.speech.phones
    return phones[0].start, tracks.duration - phones[-1].end


@pytest.mark.parametrize("beside", ["music", "video"])
def test_a_head_alone_is_shorter_than_one_beside_music_or_pictures(beside: str) -> None:
    alone, film = _tracks("speech", "face"), _tracks("speech", "face", beside)
    assert film.duration - alone.duration == pytest.approx(1.4, abs=0.05)
    assert _around(film)[0] - _around(alone)[0] == pytest.approx(0.4, abs=1e-6)


def test_a_head_alone_is_seen_a_little_before_and_after_the_voice_alone() -> None:
    (before, after), (own_before, own_after) = _around(_tracks("speech", "face")), _around(_tracks("speech"))
    assert before - own_before == pytest.approx(0.4, abs=1e-6)
    assert after - own_after == pytest.approx(0.8, abs=0.05)
