"""The edits that silence a finding where it stands: where the comment can stand and be heard, or none at all."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.engine.add_ignore import REASON

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN: Final = re.compile(r"#[ \t]*fastapi-lint[ \t]*:[ \t]*(?P<verb>ignore-file|ignore)[ \t]*\[(?P<codes>[^\]]*)\]")
_FIRST_ROWS: Final = re.compile(r"#!|#.*?coding[:=]|#[ \t]*(?:syntax|escape|check)[ \t]*=", re.IGNORECASE)
_WITH_COMMENTS: Final = re.compile(
    r"(\.(py|toml|ya?ml|sh|bash)|(^|/)([^/]*\.)?(docker|container)file[^/]*|(^|/)procfile(\.[^/]*)?)$", re.IGNORECASE
)
_LONGEST: Final = 100
"""Columns up to which a comment is put behind the code."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text to put into a row (from 0) in front of a column (in code points, from 0)."""

    row: int
    column: int
    text: str


def ignore_here(path: str, rows: Sequence[str], row: int, code: str, end: str = "\n") -> Insertion | None:
    """Return what silences a finding of `code` that starts in `row` (from 0), None where no comment can.

    `rows` are the rows of the file without their ends, `end` is how a row ends.
    """
    if not _WITH_COMMENTS.search(path) or not 0 <= row < len(rows):
        return None
    if not path.endswith(".py"):
        return _above_other(path, rows, row, code, end)
    shape = _shape(rows)
    if shape is None:
        return None
    first = shape.first_row(row)
    comment = f"# fastapi-lint: ignore[{code}] {REASON}"
    above = first - 1 if first and rows[first - 1].lstrip().startswith("#") else first
    for at in sorted({row, first, above}):
        known = _OWN.search(rows[at], shape.comments.get(at, len(rows[at])))
        if known is not None and known["verb"] == "ignore":
            return Insertion(at, known.end("codes"), f", {code}")
    behind = Insertion(row, len(rows[row].rstrip()), f"  {comment}")
    is_long = behind.column + len(behind.text) > _LONGEST
    if rows[row].lstrip().startswith("#"):
        # The finding is about this very comment, which must stay what it is, with the others of its block.
        while row and rows[row - 1].lstrip().startswith("#"):
            row -= 1
        return Insertion(row, 0, f"{_indent(rows[row])}{comment}{end}")
    if shape.is_open(row) or (is_long and row == first):
        return Insertion(first, 0, f"{_indent(rows[first])}{comment}{end}")
    return behind


def ignore_in_file(path: str, rows: Sequence[str], code: str, end: str = "\n") -> Insertion | None:
    """Return what silences all findings of `code` in a file, None where no comment can."""
    if not _WITH_COMMENTS.search(path):
        return None
    for at, row in enumerate(rows):
        known = _OWN.match(row.lstrip())
        if known is not None and known["verb"] == "ignore-file":
            indent = len(row) - len(row.lstrip())
            return Insertion(at, indent + known.end("codes"), f", {code}")
    at = 0
    while at < min(2, len(rows)) and _FIRST_ROWS.match(rows[at]):
        at += 1
    if at == len(rows):
        return None
    return Insertion(at, 0, f"# fastapi-lint: ignore-file[{code}] {REASON}{end}")


def _above_other(path: str, rows: Sequence[str], row: int, code: str, end: str) -> Insertion | None:
    before = rows[row - 1].rstrip() if row else ""
    is_continued = before.endswith("\\") and not re.search(r"(?i)(docker|container)file", path)
    if is_continued or (path.endswith((".yml", ".yaml")) and _in_block(rows, row)):
        return None
    return Insertion(row, 0, f"{_indent(rows[row])}# fastapi-lint: ignore[{code}] {REASON}{end}")


def _indent(row: str) -> str:
    return row[: len(row) - len(row.lstrip())]


def _in_block(rows: Sequence[str], row: int) -> bool:
    """Return whether a row of YAML may stand in a block of text, where a comment would be a part of it."""
    depth = len(rows[row]) - len(rows[row].lstrip())
    for above in reversed(rows[:row]):
        if above.strip() and len(above) - len(above.lstrip()) < depth:
            return bool(re.search(r"[|>][-+0-9]*[ \t]*(#.*)?$", above))
    return False


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a Python text's statements start, which rows end inside of a string or are continued, and its comments."""

    starts: tuple[int, ...]
    open: frozenset[int]
    comments: dict[int, int]

    def is_open(self, row: int) -> bool:
        return row in self.open

    def first_row(self, row: int) -> int:
        at = bisect_left(self.starts, row + 1)
        return self.starts[at - 1] if at else row


def _shape(rows: Sequence[str]) -> _Shape | None:
    starts: list[int] = []
    is_new = True
    open_rows = {at for at, row in enumerate(rows) if row.endswith("\\")}
    comments: dict[int, int] = {}
    depth: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(rows) + "\n").readline):
            first, last = token.start[0] - 1, token.end[0] - 1
            name = tokenize.tok_name[token.type]
            if name == "COMMENT":
                comments[first] = token.start[1]
                open_rows.discard(first)
            elif name == "NEWLINE":
                is_new = True
            elif is_new and name not in {"NL", "INDENT", "DEDENT", "ENDMARKER"}:
                starts.append(first)
                is_new = False
            if name == "STRING":
                open_rows.update(range(first, last))
            elif name.endswith("STRING_START"):
                depth.append(first)
            elif name.endswith("STRING_END"):
                open_rows.update(range(depth.pop(), last))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return None
    return _Shape(tuple(starts), frozenset(open_rows), comments)
