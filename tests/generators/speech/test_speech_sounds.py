import pytest

from conditioning.script import parse_script
from generators.base import SpeechRequest
from generators.registry import load


@pytest.mark.parametrize("engine", ["pico"])
def test_sounds_are_left_out_and_said_so(engine):
    voice = load(f"speech={engine}")
    plain, laughing = (
        voice.generate(SpeechRequest(parse_script(text))) for text in ("She is here.", "She [laugh] is here.")
    )
    assert [word.text for word in laughing.words] == [word.text for word in plain.words]
    assert laughing.audio.samples.tobytes() == plain.audio.samples.tobytes()
    said = {aspect.name: aspect for aspect in laughing.fulfilment}
    assert said["sounds"].status == "ignored" and "laugh" in said["sounds"].why
    assert "sounds" not in {aspect.name for aspect in plain.fulfilment}
