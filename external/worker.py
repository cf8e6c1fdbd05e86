"""A program in the user's own installation that speaks when it is asked: lines of JSON in, lines of JSON out (docs/engines.md).

It is started at the first request and answers one after another, so that its weights are loaded once. It ends with the studio, and at
once where a request is given up.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conditioning.errors import EngineError

__all__ = ["Waiting", "Worker"]

Waiting = Callable[[float], None]
"""Called several times a second with the share that is done, 0..1; what it raises gives the request up."""

_POLL = 0.1  # seconds between two looks at whether the user has stopped the work
_KEPT = 50  # lines of errors that are kept for the message
_LEFT_OUT = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


class Worker:
    """A worker that may be running.

    Args:
        name: of the engine, for messages.
        command: that starts it.
        patience: seconds that it may be silent.
        extra: variables of its environment beside the studio's own, of which those of its Python are left out.
    """

    def __init__(
        self, name: str, command: Sequence[str], patience: float, extra: Mapping[str, str] | None = None
    ) -> None:
        self._name, self._command, self._patience = name, list(command), patience
        self._extra = dict(extra or {})
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._errors: deque[str] = deque(maxlen=_KEPT)
        self._readers: list[threading.Thread] = []
        self._told: Mapping[str, Any] = {}
        self._asked = 0

    def ready(self, waiting: Waiting) -> Mapping[str, Any]:
        """Start it, if it does not run, and wait until it has loaded; what it says of itself.

        Raises:
            EngineError: it cannot be started, ends, is silent for too long, or says what is no answer.
        """
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._start()
            self._told = self._answer(waiting)
            if not isinstance(self._told.get("rate"), int):
                raise self._broken(f"did not say its sample rate but {json.dumps(self._told)[:80]}")
        return self._told

    def ask(self, request: Mapping[str, Any], waiting: Waiting) -> Mapping[str, Any]:
        """The answer to a request.

        Args:
            request: its fields; its number is added.
            waiting: called while it works.

        Raises:
            EngineError: as for ``ready``, or it reports an error of its own.
        """
        self.ready(waiting)
        process = self._process
        assert process is not None and process.stdin is not None, "it is ready"
        self._asked += 1
        try:
            process.stdin.write(json.dumps({"id": self._asked, **request}) + "\n")
            process.stdin.flush()
        except OSError:
            raise self._ended() from None
        while True:
            answer = self._answer(waiting)
            if answer.get("id") != self._asked:
                raise self._broken(f"answered what was not asked: {json.dumps(answer)[:80]}")
            if answer.get("done"):
                return answer

    def stop(self) -> None:
        """End it, with all that it started; it is started again when it is asked again."""
        if self._process is not None:
            _end(self._process, self._readers)
        self._process, self._readers = None, []
        self._answers, self._errors = queue.Queue(), deque(maxlen=_KEPT)

    def _start(self) -> None:
        own = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                encoding="utf-8", errors="replace", env={**own, "PYTHONUNBUFFERED": "1", **self._extra},
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise EngineError(
                f"{self._name} cannot be started by {self._command[0]!r}: {error.strerror}.",
                "Name the command that starts Python in its installation.",
            ) from error
        self._process = process
        answers, errors = self._answers, self._errors

        def read_answers() -> None:
            assert process.stdout is not None
            with contextlib.suppress(ValueError):
                for line in process.stdout:
                    answers.put(line)
            answers.put(None)

        def read_errors() -> None:
            assert process.stderr is not None
            with contextlib.suppress(ValueError):
                for line in process.stderr:
                    errors.extend(part.strip() for part in re.split(r"[\r\n]", line) if part.strip())

        self._readers = [threading.Thread(target=read, daemon=True) for read in (read_answers, read_errors)]
        for reader in self._readers:
            reader.start()
        weakref.finalize(self, _end, process, tuple(self._readers))

    def _answer(self, waiting: Waiting) -> dict[str, Any]:
        """The next answer that is no mere progress."""
        share, heard = 0.0, time.monotonic()
        while True:
            try:
                waiting(share)
            except BaseException:
                self.stop()
                raise
            try:
                line = self._answers.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() - heard > self._patience:
                    raise self._broken(f"said nothing for {self._patience:.0f} seconds") from None
                continue
            if line is None:
                raise self._ended()
            heard = time.monotonic()
            answer = self._parsed(line)
            if "error" in answer:
                if not answer.get("id"):
                    self.stop()
                raise EngineError(
                    f"{self._name}: {answer['error']}.", "Try the same in its own installation."
                )
            if "progress" not in answer:
                return answer
            share = min(max(float(answer["progress"]), 0.0), 1.0)

    def _parsed(self, line: str) -> dict[str, Any]:
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._broken(f"wrote what is no answer: {line.strip()[:80]!r}")
        return answer

    def _ended(self) -> EngineError:
        """The error of a worker that has ended, with its last words."""
        process = self._process
        assert process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        for reader in self._readers:
            reader.join(timeout=5)
        last = self._errors[-1] if self._errors else "it wrote no error"
        code = process.returncode
        self.stop()
        return EngineError(
            f"{self._name} ended with code {code}: {last}", "Try the same in its own installation."
        )

    def _broken(self, what: str) -> EngineError:
        self.stop()
        return EngineError(
            f"{self._name} {what}.",
            "Start the worker by hand as docs/engines.md says, and look at its errors.",
        )


def _end(process: subprocess.Popen[str], readers: Sequence[threading.Thread]) -> None:
    """Kill a process with its children, wait for it, and close what leads to it."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (AttributeError, OSError):  # no groups on this system, or it has just ended
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    for reader in readers:
        reader.join(timeout=5)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
