"""`fastapi-lint baseline`: write down what a project's findings are today, so that `check` tells of new ones only."""

from __future__ import annotations

from pathlib import Path

import click

from fastapi_lint.cli.cache import cache_folder, cache_options
from fastapi_lint.cli.check import working_directory
from fastapi_lint.cli.output import check_destination, tell, write_file
from fastapi_lint.core.errors import ConfigError


@click.command()
@click.argument("path", default=".", metavar="[PATH]", type=click.Path())
@click.option("-o", "--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--preview", is_flag=True, help="Take the findings of rules that are in preview, too.")
@click.option("--show-possible", is_flag=True, help="Take findings that rest on something unresolved, too.")
@cache_options
def baseline(
    path: str, output_file: Path | None, preview: bool, show_possible: bool, no_cache: bool, cache_dir: Path | None
) -> int:
    """Write the findings of a project to its baseline.

    `check` then reports only what is new. A baseline that exists is replaced; any other file is left alone.
    """
    from fastapi_lint.engine.baseline import NAME, read_baseline, write_text  # noqa: PLC0415  --help must not wait
    from fastapi_lint.engine.known import known_of  # noqa: PLC0415
    from fastapi_lint.engine.run import Request, run  # noqa: PLC0415
    from fastapi_lint.source.discovery import find_project  # noqa: PLC0415

    directory = working_directory()
    root = find_project((path,), directory).root
    file = output_file or root / NAME
    check_destination(file)
    if file.exists():
        read_baseline(file)
    cache = cache_folder(cache_dir, is_off=no_cache)
    report = run(
        Request(paths=(str(root),), directory=directory, preview=preview, show_possible=show_possible, cache=cache)
    )
    if report.failures:
        failure = report.failures[0]
        message = f"rule {failure.rule} crashed on {failure.entity}, so the baseline would not be whole"
        raise ConfigError(message, "leave the rule out with `ignore` until it is mended, and please report it")
    known = known_of(report, root, directory)
    write_file(file, write_text(known))
    tell(f"Wrote {len(known)} finding{'' if len(known) == 1 else 's'} to the baseline.\n")
    return 0
