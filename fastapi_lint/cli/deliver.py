"""Where a report goes, in which formats, and what is said beside it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fastapi_lint.cli.output import check_destination, complaint, tell, write, write_file
from fastapi_lint.cli.terminal import wants_color, wants_links, width_of
from fastapi_lint.config.suggest import suggestion
from fastapi_lint.report.render import FORMATS, TEXT_FORMATS, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from click.shell_completion import CompletionItem

    from fastapi_lint.core.finding import Report
    from fastapi_lint.report.rule_info import RuleInfo

_STDOUT: Final = Path("-")
_COUNTABLE: Final = TEXT_FORMATS | {"json"}


@dataclass(frozen=True, slots=True)
class Destination:
    """One report to be written: its format (None: that of the settings), and its file (None: standard output)."""

    output_format: str | None = None
    file: Path | None = None


class OutputFormat(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases of click only
    """`FORMAT` or `FORMAT:FILE`, as a destination."""

    name = "format"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return the formats that begin as what was typed."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  only a shell asks

        return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Destination:
        """Return the destination; a usage error names the formats where there is none of this name."""
        if isinstance(value, Destination):
            return value
        name, colon, file = str(value).partition(":")
        if name not in FORMATS:
            known = ", ".join(repr(one) for one in FORMATS)
            hint = suggestion(name, FORMATS)
            self.fail(f"{name!r} is not one of {known}." + (f" {hint.capitalize()}" if hint else ""), param, ctx)
        if colon and not file:
            self.fail(f"{value!r} names no file behind the colon.", param, ctx)
        return Destination(name, _file(Path(file)) if colon else None)


def destinations(formats: Sequence[Destination], output_file: Path | None) -> tuple[Destination, ...]:
    """Return where to write what, having seen that every file can be written.

    `output_file` takes the format that names no file, that of the settings where every format names one. Raises
    UsageError where two reports would go to one place, ConfigError where a file surely cannot be written.
    """
    found = tuple(formats)
    output_file = _file(output_file)
    if output_file is not None:
        homeless = [one for one in found if one.file is None] or [Destination()]
        found = tuple(one for one in found if one.file is not None)
        found += tuple(Destination(one.output_format, output_file) for one in homeless)
    found = found or (Destination(),)
    places = [None if one.file is None else os.path.realpath(one.file) for one in found]
    twice = next((one for one, place in zip(found, places, strict=True) if places.count(place) > 1), None)
    if twice is not None:
        where = "standard output" if twice.file is None else str(twice.file)
        message = f"two reports cannot go to {where}: give a format its own file with --output-format FORMAT:FILE"
        raise click.UsageError(message, click.get_current_context(silent=True))
    for one in found:
        if one.file is not None:
            check_destination(one.file)
    return found


def refuse_statistics(found: Sequence[Destination]) -> None:
    """Raise UsageError where a format has no statistics."""
    for one in found:
        if one.output_format not in _COUNTABLE | {None}:
            message = f"--statistics has no {one.output_format} format"
            raise click.UsageError(message, click.get_current_context(silent=True))


def deliver(
    report: Report, found: Sequence[Destination], color: str, *, statistics: bool, quiet: bool, verbose: bool
) -> tuple[str, str] | None:
    """Write a report to all its destinations, and to standard error what is no finding.

    Return what went to standard output and to standard error; None where anything was written elsewhere.
    """
    shapes = [(_format_of(report, one, statistics=statistics), one.file) for one in found]
    told = _told(report, shapes, quiet=quiet, verbose=verbose)
    tell(told)
    texts = [_write(report, shape, file, color, statistics=statistics, quiet=quiet) for shape, file in shapes]
    return ("".join(texts), told) if all(file is None for _, file in shapes) else None


def _file(path: Path | None) -> Path | None:
    return None if path == _STDOUT else path


def _format_of(report: Report, one: Destination, *, statistics: bool) -> str:
    """Return the format asked for, else that of the settings unless it has no statistics and these are wanted."""
    configured = report.output_format
    if statistics and configured not in _COUNTABLE:
        configured = None
    return one.output_format or configured or FORMATS[0]


def _write(report: Report, shape: str, file: Path | None, color: str, *, statistics: bool, quiet: bool) -> str:
    """Write a report to one destination and return its text."""
    stream = None if file is not None else sys.stdout
    # Colours in a file are wanted only by those who say so.
    is_colored = color == "always" if stream is None else wants_color(color, stream, os.environ)
    if statistics:
        text = _statistics(report, shape, color=is_colored, quiet=quiet)
    else:
        text = render(
            report,
            shape,
            color=is_colored,
            width=width_of(stream),
            links=is_colored and wants_links(stream, os.environ),
            quiet=quiet,
            rules=_rule_infos() if shape == "sarif" else {},
        )
    if file is None:
        write(text)
    else:
        write_file(file, text)
    return text


def _statistics(report: Report, output_format: str, *, color: bool, quiet: bool) -> str:
    from fastapi_lint.report import statistics  # noqa: PLC0415  few runs need it
    from fastapi_lint.report.look import Look  # noqa: PLC0415
    from fastapi_lint.report.summary import footer  # noqa: PLC0415

    if output_format == "json":
        return statistics.as_json(report)
    table = statistics.table(report, color=color)
    return table if quiet else table + footer(report, Look(color=color))


def _told(report: Report, shapes: Sequence[tuple[str, Path | None]], *, quiet: bool, verbose: bool) -> str:
    """Return what belongs on standard error because it is no finding; of crashed rules even the quiet hear."""
    told = [
        complaint("error", f"rule {failure.rule} crashed on {failure.entity}: {failure.message}", "please report this")
        for failure in report.failures
    ]
    if quiet:
        return "".join(told)
    from fastapi_lint.report.summary import notices, overview, verdict  # noqa: PLC0415

    told += [complaint("warning", warning) for warning in report.warnings]
    if verbose:
        told.append(overview(report))
    printed = [shape for shape, file in shapes if file is None]
    if not printed:
        told.append(f"{verdict(report)}\n")
    elif printed[0] not in TEXT_FORMATS:
        told += [complaint("warning", line) for line in notices(report)]
    return "".join(told)


def _rule_infos() -> Mapping[str, RuleInfo]:
    from fastapi_lint.cli.rules import layer_of  # noqa: PLC0415  only one format describes the rules
    from fastapi_lint.report.rule_info import RuleInfo  # noqa: PLC0415
    from fastapi_lint.rules.catalogue import entries  # noqa: PLC0415

    return {
        entry.code: RuleInfo(
            entry.code, entry.name, entry.summary, entry.documentation, entry.url, entry.severity, layer_of(entry)
        )
        for entry in entries()
    }
