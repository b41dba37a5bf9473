"""Where the command line keeps the cache, and the options that say so."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from fastapi_lint.cli.again import asking

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


def cache_options(command: F) -> F:
    """Add `--no-cache` and `--cache-dir` to a command, as the parameters `no_cache` and `cache_dir`."""
    folder = click.Path(path_type=Path, file_okay=False)
    command = click.option("--cache-dir", type=folder, metavar="FOLDER", help="Keep the cache in this folder.")(command)
    return click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")(command)


def keep_listing(arguments: tuple[str, ...] | None, text: str) -> None:
    """Keep what a command wrote that rests on this linter alone, so that it need not load all rules the next time."""
    from fastapi_lint.engine.answers import Answer, remember  # noqa: PLC0415  as below
    from fastapi_lint.engine.evidence import own_evidence  # noqa: PLC0415

    folder = cache_folder(None, is_off=False)
    asked = asking(arguments) if arguments is not None else None
    evidence = own_evidence(time.time_ns())
    if folder is None or asked is None or evidence is None:
        return
    from fastapi_lint.engine.cache import prepare  # noqa: PLC0415

    with suppress(OSError):
        prepare(folder)
        remember(os.fspath(folder), asked, Answer(text, "", 0), evidence, time.time_ns())


def cache_folder(given: Path | None, *, is_off: bool) -> Path | None:
    """Return the folder of the cache: as given, else the user's; None where there is to be none."""
    if is_off:
        return None
    from fastapi_lint.engine.answers import default_folder  # noqa: PLC0415  --help must not wait for it

    found = default_folder(os.environ) if given is None else given
    return None if found is None else Path(found)
