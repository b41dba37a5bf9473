"""`fastapi-lint clean`: removes what earlier runs kept."""

from __future__ import annotations

import os
from pathlib import Path

import click

from fastapi_lint.cli.output import tell


@click.command()
@click.option(
    "--cache-dir", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Clean this folder."
)
def clean(cache_dir: Path | None) -> int:
    """Remove the cache.

    Only the stores of fastapi-lint in the cache folder are removed, nothing else that may be there.
    """
    from fastapi_lint.engine.answers import default_folder  # noqa: PLC0415
    from fastapi_lint.engine.cache import clean as remove  # noqa: PLC0415  --help must not wait for it

    folder = cache_dir if cache_dir is not None else default_folder(os.environ)
    removed = remove(Path(folder)) if folder is not None else 0
    tell(f"Removed {removed} {'store' if removed == 1 else 'stores'}.\n")
    return 0
