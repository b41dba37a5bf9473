"""Suppression comments for what is found: written above the line, with a reason that still has to be given.

A comment of its own stays where it is when a formatter breaks the line, and covers the whole statement below it. Each
changed Python file has to be the same program as before, and each finding to be silenced, or the file stays as it is.
"""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import LineIndex, Location, Span
from fastapi_lint.edits.comments import with_codes
from fastapi_lint.edits.patch import patched
from fastapi_lint.edits.verify import objection, same_program
from fastapi_lint.engine.known import root_path
from fastapi_lint.engine.repair import Change, Repaired
from fastapi_lint.engine.session import Session
from fastapi_lint.engine.silence import ABOUT_DIRECTIVES, ALWAYS
from fastapi_lint.source.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.run import Request

REASON: Final = "TODO: say why"

_UNSILENCED: Final = ABOUT_DIRECTIVES | ALWAYS
"""What no comment is written for: it is mended, not silenced."""
_NO_COMMENTS: Final = (".json", ".lock")


def add_ignore(request: Request, wanted: Callable[[Report], Report], reason: str) -> Repaired:
    """Return the changes that silence those findings of a run that `wanted` keeps; nothing is written.

    Raises:
        ConfigError: where the request or the project's settings are wrong.

    """
    session = Session(request)
    report = wanted(session.check())
    found = _found(report, session, request)
    changes: list[Change] = []
    problems: list[str] = []
    for path in sorted({path for path, _, _ in found}):
        rows: dict[int, set[str]] = {}
        for _, row, code in (one for one in found if one[0] == path):
            rows.setdefault(row, set()).add(code)
        change, problem = _change(session, path, rows, reason)
        if change is not None:
            session.update(path, change.after)
            changes.append(change)
        else:
            problems.append(f"{path} is not changed: {problem}")
    loud = {path for path, _, _ in _found(wanted(session.check()), session, request)}
    for change in changes:
        if change.path in loud:
            problems.append(f"{change.path} is not changed: a comment would not silence all of it")
            session.update(change.path, None)
    kept = tuple(change for change in changes if change.path not in loud)
    silenced = Counter(code for path, _, code in found if path in {change.path for change in kept})
    return Repaired(session.root, kept, dict(silenced), tuple(problems), wanted(session.check()))


def _found(report: Report, session: Session, request: Request) -> list[tuple[str, int, str]]:
    """Return path, row and code of each finding that a comment may silence."""
    return [
        (root_path(one.place.filename, session.root, request.directory), one.place.start.row, one.code)
        for one in report.diagnostics
        if one.code not in _UNSILENCED
    ]


def _change(session: Session, path: str, by_row: Mapping[int, set[str]], reason: str) -> tuple[Change | None, str]:
    """Return a file with comments for its rows, or why it cannot have them."""
    if path.endswith(_NO_COMMENTS):
        return None, "its format has no comments"
    before, encoding = session.ask(lambda run: (run.bytes_of(path), run.encoding_of(path)))
    index = LineIndex(before, encoding)
    starts = _python_rows(before) if path.endswith(".py") else _continued_rows(index)
    wanted: dict[int, set[str]] = {}
    for row, codes in by_row.items():
        wanted.setdefault(starts.get(row, row), set()).update(codes)
    edits = [_edit(path, index, row, tuple(sorted(codes)), reason, before) for row, codes in wanted.items()]
    try:
        after = patched(before, edits, encoding)
    except (ValueError, LookupError) as error:
        return None, str(error)
    problem = objection(path, before, after)
    if not problem and path.endswith(".py") and not same_program(before, after):
        problem = "a comment would change what it does"
    return (None, problem) if problem else (Change(path, before, after), "")


def _edit(path: str, index: LineIndex, row: int, codes: tuple[str, ...], reason: str, data: bytes) -> Edit:
    """Return the edit that puts codes above a row: into the comment that is there, or as one of their own."""
    above = with_codes(index.line(row - 1), codes) if row > 1 else None
    start = index.start_of(row)
    if above is not None:
        first = index.start_of(row - 1)
        old = data[first:start]
        ending = old[len(old.rstrip(b"\r\n")) :].decode("ascii")
        return Edit(Location(path, Span(first, start)), above + ending)
    line = index.line(row)
    indent = line[: len(line) - len(line.lstrip(" \t\f"))]
    if row == 1 and data.startswith(b"\xef\xbb\xbf"):
        start = 3
    return Edit(
        Location(path, Span(start, start)),
        f"{indent}# fastapi-lint: ignore[{', '.join(codes)}] {reason}{_newline(data)}",
    )


def _newline(data: bytes) -> str:
    at = data.find(b"\n")
    if at < 0:
        return "\r" if b"\r" in data else "\n"
    return "\r\n" if data[at - 1 : at] == b"\r" else "\n"


def _python_rows(data: bytes) -> dict[int, int]:
    """Return above which row a comment for a row has to stand, for the rows inside of texts and behind a backslash."""
    moved: dict[int, int] = {}
    try:
        text = decode(data).text
        lines = text.splitlines()
        first, last_end = 0, 0
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type in {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT}:
                continue
            if token.type == tokenize.NEWLINE:
                first = 0
                continue
            start, end = token.start[0], token.end[0]
            if not first:
                first = start
            elif start > last_end and lines[start - 2].rstrip().endswith("\\"):
                moved[start] = first
            moved.update(dict.fromkeys(range(start + 1, end + 1), first))
            last_end = end
    except (SourceError, tokenize.TokenError, SyntaxError, IndexError):
        return moved
    return moved


def _continued_rows(index: LineIndex) -> dict[int, int]:
    """Return the first row of each row of a shell or Docker line that goes on behind a backslash."""
    moved: dict[int, int] = {}
    for row in range(2, index.rows + 1):
        if index.line(row - 1).rstrip().endswith("\\"):
            moved[row] = moved.get(row - 1, row - 1)
    return moved
