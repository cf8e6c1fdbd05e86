from __future__ import annotations

import pytest
from music_ear import ask

from conditioning.emotion import Emotion
from conditioning.errors import OutputError
from conditioning.timeline import Timeline
from generators.music.composer import Composer
from generators.music.engraving import write_musicxml

JUMP = Timeline.of([(0, Emotion.of("sadness")), (6.1, Emotion.of("sadness")), (6.4, Emotion.of("joy"))])
ASKED = {
    "joy": ask("joy", 12.0, 2),
    "tender triplets": ask("tenderness", 14.0, 4),
    "one bar": ask("sadness", 1.0),
    "a jump in mid-bar": ask(JUMP, 14.0),
}


@pytest.mark.parametrize("name", ASKED)
def test_written_bars_add_up(tmp_path, name):
    from music21 import converter

    piece = Composer().compose(ASKED[name])
    write_musicxml(piece, tmp_path / "score.musicxml")
    score = converter.parse(tmp_path / "score.musicxml", forceSource=True)
    assert {part.partName for part in score.parts} >= {"melody", "chords", "bass"} - (
        {"melody"} if name == "one bar" else set()
    )
    for part in score.parts:
        bars = list(part.getElementsByClass("Measure"))
        assert len(bars) == len(piece.form.bars)
        for written, bar in zip(bars, piece.form.bars, strict=True):
            assert sum(x.quarterLength for x in written.notesAndRests) == pytest.approx(bar.beats)


def test_the_written_melody_has_the_composed_pitches(tmp_path):
    from music21 import converter

    piece = Composer().compose(ASKED["joy"])
    write_musicxml(piece, tmp_path / "score.musicxml")
    part = next(
        p
        for p in converter.parse(tmp_path / "score.musicxml", forceSource=True).parts
        if p.partName == "melody"
    )
    written = [n.pitch.midi for n in part.flatten().notes if n.tie is None or n.tie.type == "start"]
    composed = [p.written for p in piece.played if p.written.part == "melody"]
    assert written == [n.pitch for n in sorted(composed, key=lambda n: n.beat)]


def test_the_same_piece_is_written_with_the_same_bytes(tmp_path):
    for name in ("one.musicxml", "two.musicxml"):
        write_musicxml(Composer().compose(ASKED["joy"]), tmp_path / name)
    assert (tmp_path / "one.musicxml").read_bytes() == (tmp_path / "two.musicxml").read_bytes()


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(OutputError, match="nowhere"):
        write_musicxml(Composer().compose(ASKED["one bar"]), tmp_path / "nowhere" / "score.musicxml")
