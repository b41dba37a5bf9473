"""A command that was given before is answered from what it said then, if nothing has changed since.

This is asked before anything else is imported, so what is needed here is small and imports little.
"""

from __future__ import annotations

import os
import sys

from fastapi_lint import __version__
from fastapi_lint.engine.answers import default_folder, question, recall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

_REMEMBERED = frozenset({"check", "rules"})
_LOOKS = (
    "CI",
    "COLUMNS",
    "FORCE_COLOR",
    "FORCE_HYPERLINK",
    "KITTY_WINDOW_ID",
    "NO_COLOR",
    "TERM",
    "TERM_PROGRAM",
    "VTE_VERSION",
    "WT_SESSION",
)
"""The variables that change how a report looks."""


def said_before(arguments: Sequence[str]) -> int | None:
    """Write again what the same command said, and return its exit code; None where that cannot be known."""
    if not arguments or arguments[0] not in _REMEMBERED:
        return None
    folder = _folder(arguments)
    asked = asking(arguments)
    answer = recall(folder, asked) if folder is not None and asked is not None else None
    if answer is None:
        return None
    _write(sys.stderr, answer.error)
    failure = _write(sys.stdout, answer.output)
    if failure is None:
        return answer.code
    from fastapi_lint.cli.entry import guarded  # noqa: PLC0415  it knows what to say when nobody can be told
    from fastapi_lint.cli.output import give_up  # noqa: PLC0415

    return guarded(lambda: give_up(failure), arguments) or answer.code


def asking(arguments: Sequence[str]) -> bytes | None:
    """Return the question that a command is; None where it cannot be answered from memory."""
    if sys.stdout is None or sys.stderr is None:
        return None
    try:
        looks = [f"{name}={os.environ[name]}" for name in _LOOKS if name in os.environ]
        seen = [_seen(sys.stdout), _seen(sys.stderr)]
        return question((*arguments, "", *looks, *seen), __version__)
    except (OSError, ValueError):
        return None


def _seen(stream: TextIO) -> str:
    """Return what a stream is, as far as it matters to what is written to it."""
    return f"{os.get_terminal_size(stream.fileno()).columns} columns" if stream.isatty() else "no terminal"


def _folder(arguments: Sequence[str]) -> str | None:
    """Return the folder of the cache as the command has it; what it says wrongly is found out later."""
    given = default_folder(os.environ)
    for index, word in enumerate(arguments):
        if word == "--cache-dir" and index + 1 < len(arguments):
            given = arguments[index + 1]
        elif word.startswith("--cache-dir="):
            given = word.partition("=")[2]
    return given


def _write(stream: TextIO, text: str) -> OSError | None:
    """Write a text as it is, and return why that could not be done; a stream that was closed takes everything."""
    try:
        stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]
        stream.write(text)
        stream.flush()
    except OSError as error:
        return error
    except ValueError:
        pass
    return None
