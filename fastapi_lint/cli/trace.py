"""`fastapi-lint trace`: from the command line to a trace, and from a trace to text."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.cache import cache_folder, cache_options
from fastapi_lint.cli.check import working_directory
from fastapi_lint.cli.output import check_destination, complain, tell, write, write_file
from fastapi_lint.cli.terminal import wants_color

if TYPE_CHECKING:
    from fastapi_lint.engine.trace import Trace

_FORMATS = ("text", "json", "mermaid", "html")
_STDOUT = Path("-")


@click.command()
@click.argument("path", default=".", metavar="[PATH]", type=click.Path(exists=True))
@click.option("--app", metavar="MODULE:NAME", help="Trace this application only, such as shop.main:app.")
@click.option("--route", metavar="ROUTE", help='Trace one request, such as "GET /admin/users".')
@click.option("--output-format", type=click.Choice(_FORMATS), default="text", show_default=True, help="How to show it.")
@click.option("-o", "--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the trace to a file.")
@click.option(
    "--target-version",
    multiple=True,
    metavar="NAME=VERSION",
    help="Trace as for this version, such as fastapi=0.115; else it is read from the project.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Read files in N processes.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Read the settings from this file.",
)
@click.option("--isolated", is_flag=True, help="Read no settings at all.")
@cache_options
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="When to colour."
)
def trace(
    path: str,
    app: str | None,
    route: str | None,
    output_format: str,
    output_file: Path | None,
    target_version: tuple[str, ...],
    jobs: int | None,
    config: Path | None,
    isolated: bool,
    no_cache: bool,
    cache_dir: Path | None,
    color: str,
) -> int:
    """Show what happens from the server to the last exit code, without running the project.

    PATH is a file or a folder; without one, the current folder is read.
    """
    if isolated and config is not None:
        message = "--isolated and --config exclude each other"
        raise click.UsageError(message, click.get_current_context(silent=True))
    output_file = None if output_file == _STDOUT else output_file
    if output_file is not None:
        check_destination(output_file)
    from fastapi_lint.engine.run import Request  # noqa: PLC0415  --help must not wait for the parser
    from fastapi_lint.engine.trace import trace as find  # noqa: PLC0415

    found = find(
        Request(
            paths=(path,),
            directory=working_directory(),
            target_version=target_version,
            jobs=jobs,
            config=config,
            isolated=isolated,
            cache=cache_folder(cache_dir, is_off=no_cache),
        ),
        app,
        route,
        with_report=output_format == "html",
    )
    if found.unread:
        complain("warning", *_unread(found.unread))
    text = _rendered(found, output_format, output_file, color)
    if output_file is None:
        write(text)
    else:
        write_file(output_file, text)
        tell(f"Wrote the trace of {_counted(len(found.story.apps), 'application')} to the file.\n")
    return 0


def _rendered(found: Trace, output_format: str, output_file: Path | None, color: str) -> str:
    stream = None if output_file is not None else sys.stdout
    is_colored = color == "always" if stream is None else wants_color(color, stream, os.environ)
    # Only the module of the wanted format is loaded.
    module = import_module(f"fastapi_lint.report.trace_{output_format}")
    match output_format:
        case "json":
            text = module.render(found.story, found.places.__getitem__)
        case "text":
            text = module.render(
                found.story, found.places.__getitem__, found.texts, color=is_colored, is_plain=not _draws_lines(stream)
            )
        case "mermaid":
            text = module.render(found.story, found.places.__getitem__, is_one_route=found.is_one_route)
        case _:
            text = module.render(found.story, found.places.__getitem__, found.texts, found.report)
    assert isinstance(text, str)
    return text


def _draws_lines(stream: object) -> bool:
    """Return whether a stream can show the characters that lines are drawn with; a file is UTF-8."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        "├─└│…→✗".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _unread(lines: tuple[str, ...]) -> tuple[str, str]:
    """Return what to say of files that could not be read, and the hint."""
    first, rest = min(lines), len(lines) - 1
    more = f", and {_counted(rest, 'other file')}" if rest else ""
    return f"not read: {first}{more}", "what stands there is not in the trace; `fastapi-lint check` lists the places"
