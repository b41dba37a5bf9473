"""Checks of a project that goes on changing: text from standard input in place of a file, and `--watch`."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fastapi_lint.cli.output import complain, tell
from fastapi_lint.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.run import Request

STDIN: Final = "-"
_INTERRUPTED: Final = 130
_TURN: Final = 500
"""Milliseconds after which the watcher is asked again."""


class StandardInput:
    """The text on standard input, and the file that it will be."""

    def __init__(self, paths: tuple[str, ...], filename: Path | None) -> None:
        """Take what the command line says; raises UsageError where only a part of it is there or more is asked for."""
        self.is_asked = filename is not None or STDIN in paths
        context = click.get_current_context(silent=True)
        if self.is_asked and filename is None:
            raise click.UsageError("checking standard input needs --stdin-filename", context)
        if self.is_asked and paths not in {(STDIN,), ()}:
            raise click.UsageError("standard input is checked alone, without other paths", context)
        self._filename = filename or Path()
        self.folder = (str(self._filename.parent),) if self.is_asked else ()
        """The folder of the file, to find the project by; nothing where standard input is not asked for."""

    def check(self, request: Request) -> Report:
        """Return the findings in which the file takes part, as its text is on standard input.

        Raises:
            ConfigError: where the file would lie nowhere in a project.

        """
        from fastapi_lint.engine.session import check_text  # noqa: PLC0415  --help must not wait for it

        return check_text(request, self._filename, sys.stdin.buffer.read())


def watch(request: Request, show: Callable[[Report], int]) -> int:
    """Check a project now and whenever its files change, until interrupted; `show` writes a report.

    A report is written where it says something new. Raises ConfigError where the settings are wrong from the start.
    """
    if find_spec("watchfiles") is None:
        raise ConfigError("watching needs watchfiles", 'install it with: pip install "fastapi-lint[watch]"')
    from watchfiles import watch as changes  # noqa: PLC0415  an extra

    from fastapi_lint.engine.session import Session  # noqa: PLC0415  --help must not wait for it

    gc.enable()  # a watcher goes on for long
    session = Session(request)
    last = session.check()
    show(last)
    is_watched = False
    try:
        # The watcher starts with the first turn of the loop, so what changed until then is looked for in that turn.
        for changed in changes(session.root, yield_on_timeout=True, rust_timeout=_TURN):
            if is_watched and not changed:
                continue
            session.refresh()
            try:
                report = session.check()
            except ConfigError as error:
                complain("error", error.message, error.hint)
            else:
                if replace(report, warnings=()) != replace(last, warnings=()):
                    last = report
                    show(report)
            if not is_watched:
                is_watched = True
                tell(f"watching {session.root}; end with Ctrl-C\n")
    except KeyboardInterrupt:
        pass
    return _INTERRUPTED
