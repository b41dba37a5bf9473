"""`fastapi-lint check`: from the command line to a request, from a report to text and an exit code."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.adoption import adoption_options
from fastapi_lint.cli.again import asking
from fastapi_lint.cli.cache import cache_folder, cache_options
from fastapi_lint.cli.deliver import Destination, OutputFormat, deliver, destinations, refuse_statistics
from fastapi_lint.cli.entry import INTERNAL
from fastapi_lint.cli.live import StandardInput, watch
from fastapi_lint.cli.output import tell, write
from fastapi_lint.cli.progress import Progress
from fastapi_lint.cli.terminal import is_terminal
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Severity
from fastapi_lint.engine.answers import Answer, remember
from fastapi_lint.engine.shard import Shard
from fastapi_lint.report.render import FORMATS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from fastapi_lint.cli.adoption import Adoption
    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.answers import Evidence
    from fastapi_lint.engine.narrow import Narrower
    from fastapi_lint.engine.run import Request, Run

_UNREADABLE = "FL000"
_FILE = click.Path(path_type=Path)
_EXISTING_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_SEVERITIES = tuple(severity.value for severity in reversed(Severity))


class _ShardType(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases of click only
    """One of several parts: `2/5`."""

    name = "shard"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """Return the part that a text names."""
        found = value if isinstance(value, Shard) else Shard.parse(str(value))
        if found is None:
            self.fail(f"`{value}` is no part; the second of five is written 2/5", param, ctx)
        return found


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option(
    "--stdin-filename",
    type=_FILE,
    metavar="FILE",
    help="Check standard input in place of this file: the findings in which it takes part.",
)
@click.option("--watch", "is_watching", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@click.option("--select", multiple=True, metavar="RULES", help="Run only these codes, prefixes or names.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Leave these out.")
@click.option("--extend-select", multiple=True, metavar="RULES", help="Run these too.")
@click.option("--preview", is_flag=True, help="Run the rules that are in preview, too.")
@click.option("--show-possible", is_flag=True, help="Show findings that rest on something unresolved, too.")
@click.option(
    "--target-version",
    multiple=True,
    metavar="NAME=VERSION",
    help="Check as for this version, such as fastapi=0.115; else it is read from the project.",
)
@click.option(
    "--output-format",
    "formats",
    multiple=True,
    type=OutputFormat(),
    metavar="FORMAT[:FILE]",
    help=f"How to report, text by default: {', '.join(FORMATS)}. Several go to a file each.",
)
@click.option("-o", "--output-file", type=_FILE, metavar="FILE", help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Print how often each rule fired instead of the findings.")
@click.option("--fail-on", type=click.Choice(_SEVERITIES), help="The mildest that fails, warning by default.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option("-q", "--quiet", is_flag=True, help="Print the findings and nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Print what was found in the project and taken from where.")
@click.option("--shard", type=_ShardType(), metavar="I/N", help="Check the I-th of N parts of the applications.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Read files in N processes.")
@click.option("--config", type=_EXISTING_FILE, metavar="FILE", help="Read the settings from this file.")
@click.option("--isolated", is_flag=True, help="Read no settings at all.")
@adoption_options
@click.option("--show-settings", is_flag=True, help="Print the settings that hold, and check nothing.")
@click.option("--show-files", is_flag=True, help="Print the files that would be read, and check nothing.")
@cache_options
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="When to colour."
)
@click.pass_obj
def check(
    arguments: tuple[str, ...] | None,
    paths: tuple[str, ...],
    stdin_filename: Path | None,
    is_watching: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    preview: bool,
    show_possible: bool,
    target_version: tuple[str, ...],
    formats: tuple[Destination, ...],
    output_file: Path | None,
    statistics: bool,
    fail_on: str | None,
    exit_zero: bool,
    quiet: bool,
    verbose: bool,
    shard: Shard | None,
    jobs: int | None,
    config: Path | None,
    isolated: bool,
    no_cache: bool,
    cache_dir: Path | None,
    color: str,
    adoption: Adoption,
    show_settings: bool,
    show_files: bool,
) -> int:
    """Check a project.

    PATH is a file or a folder; without one, the current folder is checked. `-` is standard input.
    """
    adoption.refuse_contradictions()
    _refuse(adoption.affected and not paths, "--affected needs the files that were changed")
    _refuse(quiet and verbose, "--quiet and --verbose exclude each other")
    _refuse(isolated and config is not None, "--isolated and --config exclude each other")
    _refuse(bool(select) and not _words(select), "--select names no rule")
    _refuse(shard is not None and adoption.is_changing, "--shard only reports; what is mended needs the whole project")
    if statistics:
        refuse_statistics(formats)
    places = destinations(formats, output_file)
    text = StandardInput(paths, stdin_filename)
    _refuse(text.is_asked and is_watching, "--watch cannot watch standard input")
    from fastapi_lint.engine.run import Request, explore  # noqa: PLC0415  --help must not wait for the parser

    cache = cache_folder(cache_dir, is_off=no_cache)
    request = Request(
        paths=text.folder or (paths if paths and not adoption.affected else (".",)),
        directory=working_directory(),
        select=_words(select) if select else None,
        ignore=_words(ignore),
        extend_select=_words(extend_select),
        preview=preview,
        target_version=target_version,
        shard=shard,
        jobs=jobs,
        config=config,
        isolated=isolated,
        cache=cache,
        show_possible=show_possible,
        with_fixes=True,
    )
    if show_settings or show_files:
        return _show(request, settings=show_settings)
    narrower = _narrower(request, adoption, () if text.is_asked else paths)
    if is_watching or text.is_asked:
        _refuse(adoption.is_changing, "what is on standard input or is watched cannot be changed")

        def show(report: Report) -> int:
            found = narrower.narrow(report)
            deliver(found, places, color, statistics=statistics, quiet=quiet, verbose=verbose)
            return exit_code(found, Severity(fail_on) if fail_on else found.fail_on, is_exit_zero=exit_zero)

        return watch(request, show) if is_watching else show(text.check(request))
    if adoption.is_changing:
        report, code = _changed(request, adoption, narrower, output_file, quiet=quiet)
        evidence, began = None, 0
    else:
        with _progress(quiet=quiet) as progress:
            found, evidence, began = explore(replace(request, progress=progress), _report)
        report, code = narrower.narrow(found), 0
    if report is None:
        return code
    report = _shrunk(report, narrower, quiet=quiet)
    said = deliver(report, places, color, statistics=statistics, quiet=quiet, verbose=verbose)
    graded = exit_code(report, Severity(fail_on) if fail_on else report.fail_on, is_exit_zero=exit_zero)
    code = graded if graded == INTERNAL else code or graded
    asked = asking(arguments) if arguments is not None else None
    if asked is not None and said is not None and cache is not None and evidence is not None:
        if narrower.rests_on(evidence):
            remember(os.fspath(cache), asked, Answer(*said, code), evidence, began)
    return code


def _narrower(request: Request, adoption: Adoption, paths: tuple[str, ...]) -> Narrower:
    from fastapi_lint.engine.narrow import Narrower, Wishes  # noqa: PLC0415

    changed = paths if adoption.affected and not adoption.everything else None
    return Narrower(request, Wishes(adoption.baseline, adoption.no_baseline, adoption.diff_base, changed))


def _changed(
    request: Request, adoption: Adoption, narrower: Narrower, output_file: Path | None, *, quiet: bool
) -> tuple[Report | None, int]:
    """Return the report on what is left (None: it is not wanted) and the exit code of what was changed."""
    from fastapi_lint.cli.changing import change  # noqa: PLC0415

    with _progress(quiet=quiet) as progress:
        request = replace(request, progress=progress)
        return change(request, adoption, narrower.narrow, output_file if adoption.diff else None, quiet=quiet)


def _report(run: Run) -> tuple[Report, Evidence | None, int]:
    report = run.report()
    return report, None if report.failures else run.evidence(), run.began


def _shrunk(report: Report, narrower: Narrower, *, quiet: bool) -> Report:
    """Take from the baseline what has gone, and say so."""
    count, problem = narrower.shrink()
    if problem:
        return replace(report, warnings=(*report.warnings, problem))
    if count and not quiet:
        tell(f"The baseline is shorter by {count}.\n")
    return report


def _show(request: Request, *, settings: bool) -> int:
    from fastapi_lint.engine.overview import files_text, settings_text  # noqa: PLC0415

    write(settings_text(request) if settings else files_text(request))
    return 0


def exit_code(report: Report, fail_on: Severity, *, is_exit_zero: bool) -> int:
    """Return 3 where a rule crashed, 1 where a finding is at least as grave as `fail_on`, 0 otherwise.

    A file that could not be read counts as an error whatever severity it was given.
    """
    if report.failures:
        return INTERNAL
    if is_exit_zero:
        return 0
    fails = any(item.code == _UNREADABLE or item.severity.rank >= fail_on.rank for item in report.diagnostics)
    return int(fails)


def _refuse(is_wrong: bool, message: str) -> None:
    if is_wrong:
        raise click.UsageError(message, click.get_current_context(silent=True))


def _words(lists: tuple[str, ...]) -> tuple[str, ...]:
    words = (word.strip() for text in lists for word in text.split(","))
    return tuple(word for word in words if word)


def working_directory() -> Path:
    """Return the current folder; raises ConfigError where it is gone."""
    try:
        return Path.cwd()
    except OSError as error:
        message = f"the current folder cannot be read: {error.strerror}"
        raise ConfigError(message) from error


def _progress(*, quiet: bool) -> AbstractContextManager[Progress | None]:
    if quiet or not is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        return nullcontext()
    return closing(Progress(sys.stderr, time.monotonic))
