from __future__ import annotations

import json
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import studio.cli.create as create_module
from conditioning.errors import RequestError
from generators.registry import DEFAULTS, MEDIA
from generators.speech.maps import prosody_maps
from studio.batch import read_manifest, run_batch
from studio.cli.main import app
from studio.layouts import LAYOUTS
from studio.page.repeating import command_of, files_of, manifest_line
from studio.page.settings import FORMATS, QUALITIES, FaceDetails, Pick, Settings, VoiceDetails
from studio.request import FilmRequest

PLAN = '[[moment]]\nat = 0.5\nwords = "brows drawn together"\n'

voices = st.builds(
    VoiceDetails,
    st.sampled_from(["", "whisper", "shout:0.5+smile"]),
    st.sampled_from([0.7, 1.0, 1.25]),
    st.sampled_from(prosody_maps()),
)
faces = st.builds(
    FaceDetails,
    st.sampled_from(["", "close"]),
    st.sampled_from(["", "nodding"]),
    st.sampled_from(LAYOUTS),
    st.booleans(),
    st.sampled_from(["", PLAN]),
)
requests = st.builds(
    lambda on, options, seed, shape, quality, captions, voice, face, script, emotion: Settings(
        {m: Pick(m in on, DEFAULTS[m], options if m == "speech" else "") for m in MEDIA},
        seed, shape, quality, captions, "en", voice, face,
    ).request(script, emotion),
    st.sets(st.sampled_from(MEDIA), min_size=1),
    st.sampled_from(["", "rosa"]),
    st.integers(0, 2**32 - 1),
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from(sorted(QUALITIES)),
    st.booleans(),
    voices,
    faces,
    st.sampled_from(["[joy] It's \"here\"!\n\n$HOME `ls` -x", "-- no [fear:0.5] option", "Größe 😀"]),
    st.sampled_from(["neutral", "v=-0.5 a=0.2 d=0", "joy:0.7+fear:0.3"]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(requests)
def test_command_and_manifest_line_mean_the_same_request(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("repeat")
    plan = folder / "plan.toml"
    plan.write_text(request.plan, encoding="utf-8")
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(create_module, "_film", lambda made, *_: seen.append(made))
        words = shlex.split(command_of(request, "film.mp4", str(plan)))
        result = CliRunner().invoke(app, words[1:], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert seen == [request] and seen[0].key == request.key
    manifest = folder / "films.jsonl"
    manifest.write_text(manifest_line(request) + "\n", encoding="utf-8")
    assert [line.request for line in read_manifest(manifest)] == [request]


def test_command_and_manifest_line_make_the_same_bytes(tmp_path):
    settings = Settings(
        {m: Pick(m in ("speech", "face"), {**DEFAULTS, "face": "avatar"}[m], "mia" if m == "speech" else "") for m in MEDIA},
        seed=5, captions=False, voice=VoiceDetails("smile:0.5", 1.2, "emofilt"), face=FaceDetails(layout="full"),
    )  # fmt: skip
    small = settings.request("[joy] Oh!", "neutral").model_copy(
        update={"height": 144, "fps": 5.0, "judge": False}
    )
    words = shlex.split(command_of(small, str(tmp_path / "one.mp4")))
    assert CliRunner().invoke(app, words[1:], catch_exceptions=False).exit_code == 0
    manifest = tmp_path / "films.jsonl"
    manifest.write_text(manifest_line(small, "two") + "\n", encoding="utf-8")
    import threading

    lines = read_manifest(manifest)
    done = list(run_batch(lines, tmp_path, progress=lambda line: lambda *_: None, cancel=threading.Event()))
    assert [outcome.status for outcome in done] == ["done"]
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    record = json.loads((tmp_path / "one.json").read_text())
    assert FilmRequest.read(record["request"]) == small


def test_what_no_option_sets_is_refused():
    for request in (
        FilmRequest(script="Hello.", lexicon="a b"),
        FilmRequest(script="Hello.", fader_preset="x = 1"),
    ):
        with pytest.raises(RequestError, match="manifest"):
            command_of(request)


def test_the_files_that_a_request_needs_are_named(tmp_path):
    portrait, own = tmp_path / "me.jpg", tmp_path / "me.toml"
    portrait.touch(), own.touch()
    assert files_of(FilmRequest(script="a", engines={"face": f"photo:{portrait}"})) == [portrait]
    assert files_of(FilmRequest(script="a", character=str(own))) == [own]
    assert files_of(FilmRequest(script="a", character="mara", engines={"face": "head"})) == []
