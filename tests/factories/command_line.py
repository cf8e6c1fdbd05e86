"""The command line within the tests' own process."""

from __future__ import annotations

from typer.testing import CliRunner

from studio.cli.main import app


def run(*arguments: str) -> str:
    """What ``affect`` prints, given these arguments; an error of the studio comes out as it was raised."""
    result = CliRunner().invoke(app, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output
