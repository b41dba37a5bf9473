"""`--fix`, `--diff` and `--add-ignore`: from a request to changed files or a patch, and a line on what was done."""

from __future__ import annotations

import difflib
import os
import string
from typing import TYPE_CHECKING, Final

from fastapi_lint.cli.output import complain, tell, write, write_file
from fastapi_lint.report.sanitize import glyphs, sanitize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from fastapi_lint.cli.adoption import Adoption
    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.repair import Change, Repaired
    from fastapi_lint.engine.run import Request

_PLAIN: Final = frozenset(string.ascii_letters + string.digits + " !$%&'()*+,-./:;<=>?@[]^_`{|}~")


def change(
    request: Request, adoption: Adoption, narrow: Callable[[Report], Report], output_file: Path | None, *, quiet: bool
) -> tuple[Report | None, int]:
    """Change files or show how, and return the report on what is left (None: it is not wanted) and an exit code.

    The code is 2 where a file could not be changed, 1 where `--diff` shows a change, 0 otherwise. Raises ConfigError as
    a run does.
    """
    repaired = _repaired(request, adoption, narrow)
    for problem in repaired.problems:
        complain("warning", problem)
    if adoption.diff:
        patch = "".join(_patch(one) for one in repaired.changes)
        if output_file is not None:
            write_file(output_file, patch)
        else:
            write("".join(_shown(line) for line in patch.splitlines(keepends=True)))
        if not quiet:
            tell(_sum("Would change", repaired.changes, repaired.mended))
        return None, int(bool(repaired.changes))
    from fastapi_lint.engine.repair import write_changes  # noqa: PLC0415  --help must not wait for the parser

    problems = write_changes(repaired.root, repaired.changes)
    for problem in problems:
        complain("error", problem)
    if not quiet and not problems:
        tell(_sum("Silenced" if adoption.add_ignore else "Fixed", repaired.changes, repaired.mended))
    return (None if adoption.fix_only else repaired.report), 2 if problems else 0


def _repaired(request: Request, adoption: Adoption, narrow: Callable[[Report], Report]) -> Repaired:
    if adoption.add_ignore:
        from fastapi_lint.engine.add_ignore import REASON, add_ignore  # noqa: PLC0415

        return add_ignore(request, narrow, adoption.reason or REASON)
    from fastapi_lint.engine.repair import repair  # noqa: PLC0415

    return repair(request, narrow, unsafe=adoption.unsafe_fixes)


def _sum(verb: str, changes: tuple[Change, ...], mended: Mapping[str, int]) -> str:
    if not changes:
        return ""
    codes = ", ".join(f"{code}: {count}" for code, count in sorted(mended.items()))
    count = sum(mended.values())
    findings = f"{count} finding{'' if count == 1 else 's'}"
    files = f"{len(changes)} file{'' if len(changes) == 1 else 's'}"
    return f"{verb} {findings} in {files} ({codes}).\n"


def _patch(one: Change) -> str:
    """Return a change as git writes it; `git apply` takes it in the project's root."""
    before, after = _lines(one.before), _lines(one.after)
    found = difflib.unified_diff(before, after, _quoted(f"a/{one.path}"), _quoted(f"b/{one.path}"))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def _quoted(path: str) -> str:
    """Return a path as git writes it: in quotes and with escapes where it holds what is no plain text."""
    if path.isprintable() and sanitize(path) == path and not {'"', "\\"} & {*path}:
        return path
    plain = (chr(byte) if chr(byte) in _PLAIN else f"\\{byte:03o}" for byte in os.fsencode(path))
    return f'"{"".join(plain)}"'


def _lines(data: bytes) -> list[str]:
    *lines, last = data.decode("utf-8", "surrogateescape").split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _shown(line: str) -> str:
    ending = "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""
    text = "".join(glyphs(line[: len(line) - len(ending)]))
    # Beside the blank of a line that stays as it is, this would be a command to GitHub.
    return (text.replace("::", r"\x3a:", 1) if text.lstrip().startswith("::") else text) + ending
