from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from conditioning.errors import EngineError, UnknownNameError
from generators import registry
from generators.base import Description

HUB_ENGINES = ("speech=xtts", "music=musicgen", "video=wan")


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A working plugin and two broken ones beside the built-in engines."""
    points = [
        *registry._points(),
        EntryPoint("speech.parrot", f"{__name__}:Parrot", registry.GROUP),
        EntryPoint("speech.absent", "no_such_package:Engine", registry.GROUP),
        EntryPoint("video.moody", f"{__name__}:Moody", registry.GROUP),
        EntryPoint("video.lazy", f"{__name__}:Lazy", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "_points", lambda: points)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[Parrot.__module__])


class Parrot:
    """A plugin that works."""

    def __init__(self, model: str = "") -> None:
        self.model = model

    def describe(self) -> Description:
        return Description("speech=parrot", "Repeats", "1", "MIT")


class Moody(Parrot):
    """A plugin that cannot be described."""

    def describe(self) -> Description:
        raise RuntimeError("not today")


class Lazy(Parrot):
    """A plugin that cannot be built."""

    def __init__(self, model: str = "") -> None:
        raise OSError("no disk")


@pytest.mark.parametrize(
    ("text", "medium", "expected"),
    [
        ("speech=hibari", "", ("speech", "hibari", "")),
        ("hibari", "speech", ("speech", "hibari", "")),
        ("music=musicgen:facebook/musicgen-small", "", ("music", "musicgen", "facebook/musicgen-small")),
        ("video=wan:./my:folder", "", ("video", "wan", "./my:folder")),
        (" music = musicgen ", "", ("music", "musicgen", "")),
        ("wan:./my=folder", "", ("video", "wan", "./my=folder")),
        ("composer", "", ("music", "composer", "")),
    ],
)
def test_engine_names_are_read(text: str, medium: str, expected: tuple[str, str, str]) -> None:
    name = registry.parse_engine(text, medium)
    assert (name.medium, name.engine, name.model) == expected
    assert registry.parse_engine(str(name)) == name


def test_an_unknown_engine_suggests_the_nearest_and_exits_with_3() -> None:
    with pytest.raises(UnknownNameError, match="'hibari'") as caught:
        registry.parse_engine("speech=hibary")
    assert caught.value.exit_code == EngineError.exit_code == 3
    assert "affect engines" in str(caught.value)


def test_an_unknown_medium_is_a_wrong_request() -> None:
    with pytest.raises(UnknownNameError, match="'speech'") as caught:
        registry.parse_engine("speach=hibari")
    assert caught.value.exit_code == 2


def test_defaults_are_registered() -> None:
    for medium, engine in registry.DEFAULTS.items():
        assert registry.parse_engine(engine, medium).medium == medium
    assert set(registry.DEFAULTS) == set(registry.MEDIA)


@pytest.mark.usefixtures("plugins")
def test_a_plugin_is_loaded_with_its_model() -> None:
    engine = registry.load("speech=parrot:some/model")
    assert isinstance(engine, Parrot)
    assert engine.model == "some/model"


@pytest.mark.usefixtures("plugins")
def test_a_broken_plugin_is_listed_with_its_reason_and_hides_no_other() -> None:
    listed = {entry.name: entry for entry in registry.describe_all()}
    for name, reason in (("speech=absent", "no_such_package"), ("video=moody", "not today")):
        entry = listed[name]
        assert isinstance(entry, registry.Broken)
        assert reason in entry.why
    assert isinstance(listed["speech=parrot"], Description)


@pytest.mark.usefixtures("plugins")
def test_loading_a_broken_plugin_says_why_and_exits_with_3() -> None:
    with pytest.raises(EngineError, match="no_such_package") as caught:
        registry.load("speech=absent")
    assert caught.value.exit_code == 3


@pytest.mark.usefixtures("plugins")
def test_engines_are_listed_by_medium_then_name() -> None:
    names = [entry.name for entry in registry.describe_all()]
    keys = [(registry.MEDIA.index(name.partition("=")[0]), name.partition(":")[0]) for name in names]
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", HUB_ENGINES)
def test_hub_engines_without_weights_describe_themselves(name: str) -> None:
    description = registry.load(name).describe()
    assert description.name == name
    assert description.needs
    assert description.licence


def test_naming_and_describing_engines_imports_nothing_heavy() -> None:
    code = f"""
import sys
from generators import registry
for name in {HUB_ENGINES!r}:
    registry.load(name).describe()
heavy = {{"torch", "transformers", "diffusers", "TTS", "numba", "librosa", "music21", "onnxruntime", "gradio", "cv2"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_engine_that_cannot_be_built_is_told_in_a_sentence(plugins: None) -> None:
    with pytest.raises(EngineError, match="video=lazy cannot be loaded: no disk"):
        registry.load("video=lazy")


@pytest.mark.parametrize("medium", registry.MEDIA)
def test_every_engine_says_what_becomes_of_emotion(medium: str) -> None:
    """A recording that is only played has no emotion of its own to set."""
    for engine in registry.describe_all():
        assert isinstance(engine, Description), engine
        if engine.name.startswith(f"{medium}=") and engine.name != "speech=recording":
            assert {"emotion", "intensity"} <= {*engine.honours, *engine.approximates}, engine.name
            assert not {*engine.honours} & {*engine.approximates}, engine.name
