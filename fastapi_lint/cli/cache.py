"""Where the command line keeps the cache, and the options that say so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


def cache_options(command: F) -> F:
    """Add `--no-cache` and `--cache-dir` to a command, as the parameters `no_cache` and `cache_dir`."""
    folder = click.Path(path_type=Path, file_okay=False)
    command = click.option("--cache-dir", type=folder, metavar="FOLDER", help="Keep the cache in this folder.")(command)
    return click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")(command)


def cache_folder(given: Path | None, *, is_off: bool) -> Path | None:
    """Return the folder of the cache: as given, else the user's; None where there is to be none."""
    if is_off:
        return None
    from fastapi_lint.engine.answers import default_folder  # noqa: PLC0415  --help must not wait for it

    found = default_folder(os.environ) if given is None else given
    return None if found is None else Path(found)
