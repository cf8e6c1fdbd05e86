from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioning.errors import RequestError, UnknownNameError
from conditioning.styles import parse_style, style_names
from generators.base import Description
from generators.registry import DEFAULTS, MEDIA, Broken
from generators.speech.maps import prosody_maps
from studio.layouts import LAYOUTS
from studio.page.engines import Engines, registered
from studio.page.settings import (
    FORMATS,
    QUALITIES,
    FaceDetails,
    Pick,
    Settings,
    VoiceDetails,
    style_text,
    styles_in,
)
from studio.request import FilmRequest

ENGINES = registered()


def picks(**changed):
    return {medium: changed.get(medium, Pick(True, DEFAULTS[medium])) for medium in MEDIA}


def made(on, seed, shape, quality, captions, voice, face):
    """Settings that a request can hold: details of media that are left out are not asked for."""
    return Settings(
        {m: Pick(m in on, DEFAULTS[m]) for m in MEDIA}, seed, shape, quality, captions, "en",
        voice if "speech" in on else VoiceDetails(), face if "face" in on else FaceDetails(),
    )  # fmt: skip


settings = st.builds(
    made,
    st.sets(st.sampled_from(MEDIA), min_size=1),
    st.integers(0, 2**32 - 1),
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from(sorted(QUALITIES)),
    st.booleans(),
    st.builds(
        VoiceDetails,
        st.sampled_from(["", "whisper", "shout:0.5+smile"]),
        st.integers(60, 140).map(lambda percent: percent / 100),
        st.sampled_from(prosody_maps()),
    ),
    st.builds(
        FaceDetails,
        st.sampled_from(["", "close"]),
        st.sampled_from(["", "nodding", "joy"]),
        st.sampled_from(LAYOUTS),
        st.booleans(),
        st.sampled_from(["", "[[moment]]\nat = 0\n"]),
    ),
)


@given(st.lists(st.sampled_from(style_names()), unique=True), st.sampled_from([0.25, 0.6, 1.0]))
def test_chosen_styles_come_back_from_their_text(names, strength):
    found = styles_in(style_text(names, strength))
    assert found == (names, strength if names else 1.0)
    assert style_text(*found) == style_text(names, strength)


def test_styles_of_different_strength_keep_them():
    assert styles_in("shout:0.5+smile") == (["shout:0.5", "smile:1"], 1.0)
    assert parse_style(style_text(*styles_in("shout:0.5+smile"))) == {"shout": 0.5, "smile": 1.0}


def test_a_style_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="whisper"):
        Settings(picks(), voice=VoiceDetails("wisper")).request("Here.", "neutral")


def test_speed_is_laid_on_what_the_emotion_asks():
    request = Settings(picks(), voice=VoiceDetails(speed=1.2)).request("Here.", "neutral")
    assert request.fader_shifts == {"prosody.rate": 0.2} and not request.faders


@given(settings)
def test_settings_come_back_from_the_request_they_made(chosen):
    request = chosen.request("[joy] Here.", "hope")
    assert chosen.restored(request) == chosen
    assert (request.script, request.emotion) == ("[joy] Here.", "hope")
    assert chosen.restored(FilmRequest.read(request.model_dump(mode="json"))) == chosen


def test_options_and_models_come_back_too():
    chosen = Settings(picks(speech=Pick(True, "xtts", "Ada", "/a/b"), video=Pick(True, "scenes", "sky")))
    request = chosen.request("Here.", "neutral")
    assert request.engines["speech"] == "xtts:/a/b"
    assert (request.voice, request.scene) == ("Ada", "sky")
    assert chosen.restored(request) == chosen


def test_a_medium_that_was_left_out_keeps_its_engine():
    now = Settings(picks(music=Pick(True, "musicgen", "", "/weights")))
    old = Settings(picks(music=Pick(False, "composer"))).request("Here.", "neutral")
    assert now.restored(old).picks["music"] == Pick(False, "musicgen", "", "/weights")


def test_a_film_without_media_is_refused():
    nothing = Settings({medium: Pick(False, DEFAULTS[medium]) for medium in MEDIA})
    request = nothing.request("Here.", "neutral")
    assert request.media == ()


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_its_range_is_refused(seed):
    with pytest.raises(RequestError, match="seed"):
        Settings(picks(), seed).request("Here.", "neutral")


def test_the_built_in_engine_is_offered_first():
    for medium in MEDIA:
        assert ENGINES.names(medium)[0] == DEFAULTS[medium]
        assert not ENGINES.needs_model(medium, DEFAULTS[medium])


def test_engines_with_weights_of_others_ask_for_them():
    assert ENGINES.needs_model("music", "musicgen")


def test_the_first_option_leaves_the_choice_to_the_engine():
    for medium in MEDIA:
        for engine in ENGINES.names(medium):
            values = [value for _, value in ENGINES.options(medium, engine)]
            assert values[0] == "" and len(values) == len(set(values))


def test_every_speech_engine_has_a_language_and_the_built_in_one_speaks_english():
    assert all(ENGINES.languages(engine) for engine in ENGINES.names("speech"))
    assert "en" in ENGINES.languages(DEFAULTS["speech"])


def test_broken_engines_are_told_and_not_offered():
    working = Description("music=composer", "A composer", "1", "free", options=("piano",))
    engines = Engines({"music": (working,)}, (Broken("music=other", "it has no notes"),))
    assert engines.names("music") == ["composer"]
    assert engines.options("music", "composer") == [("no choice", "")]


def test_engines_whose_package_is_missing_are_shown_with_the_reason_and_not_offered(monkeypatch):
    there = Description("speech=hibari", "", "1", "free")
    absent = Description("speech=kokoro", "", "1", "free", needs=("pip install 'affect-studio[kokoro]'",))
    weights = Description("speech=vits", "", "1", "free", needs=("weights: give a folder",))
    others = [Description(f"{m}={DEFAULTS[m]}", "", "1", "free") for m in MEDIA[1:]]
    monkeypatch.setattr(
        "studio.page.engines.describe_all",
        lambda: [there, absent, weights, Broken("speech=pico", "no"), *others],
    )
    engines = registered()
    assert engines.names("speech") == ["hibari", "vits"]
    assert [(each.name, each.why) for each in engines.out_of_reach("speech")] == [
        ("speech=kokoro", "pip install 'affect-studio[kokoro]'"),
        ("speech=pico", "no"),
    ]
    assert engines.out_of_reach("face") == ()
