from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from recorded_voices import brightness, level, pitch

from conditioning.emotion import Emotion
from generators.base import Audio
from generators.speech.recorded.moving import moved
from generators.speech.recorded.wishes import Part, Wish
from studio.quality.speaker import similarity

CLIPS = Path(__file__).resolve().parents[5] / "shared" / "data" / "speech"


@pytest.mark.corpora
@pytest.mark.skipif(not CLIPS.exists(), reason="the speech corpora are not beside the checkout")
def test_actors_neutral_readings_follow_the_emotion_and_stay_themselves():
    import soundfile

    with (CLIPS / "speech.csv").open(encoding="utf-8") as lines:
        rows = [r for r in csv.DictReader(lines) if r["corpus"] == "ravdess" and r["emotion"] == "neutral"]
    clips = [Audio(*soundfile.read(CLIPS / row["path"], dtype="float32")) for row in rows[:4]]
    right = []
    for number, clip in enumerate(clips):
        another = clips[number - 1]
        for emotion, sign in (("anger", 1), ("sadness", -1)):
            made = moved(clip, Wish((Part(Emotion.of(emotion)),))).audio
            right += [np.sign(f(made) - f(clip)) == sign for f in (pitch, level, brightness)]
            assert similarity(made, clip) > similarity(made, another)
    assert np.mean(right) >= 0.9
