"""Suppression comments: what a file asks not to be told, and on which of its rows.

Two forms are understood. `# fastapi-lint: ignore[FL301, some-rule] reason` behind code covers its own row, and the
whole statement where it stands on the first row of one; alone on its row it covers the next row of code likewise.
`ignore-file` covers the file. `# noqa` and `# noqa: FL301` cover what a trailing directive does, and never another row:
other tools read them so too. Without codes a directive covers every rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.span import LineIndex, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OWN: Final = re.compile(r"#[ \t]*fastapi-lint[ \t]*:[ \t]*", re.IGNORECASE)
_VERB: Final = re.compile(r"(?P<verb>[A-Za-z_-]*)[ \t]*(?:\[(?P<codes>[^\]]*)(?P<end>\]?))?(?P<rest>.*)", re.DOTALL)
_NOQA: Final = re.compile(r"#[ \t]*noqa(?![\w-])(?:[ \t]*:(?P<codes>.*))?", re.IGNORECASE | re.DOTALL)
_NOQA_CODE: Final = re.compile(r"[\s,]*([A-Za-z]+[0-9]+)(?=[\s,]|$)")
_OUR_CODE: Final = re.compile(r"FL[0-9]+", re.IGNORECASE)
_LEADING_CODE: Final = re.compile(r"[\s:=]*FL[0-9]+", re.IGNORECASE)
_REASON_EDGE: Final = " \t\r\n:-\u2013\u2014"
_COMMENT: Final = re.compile(rb"(?m)(?:^|(?<=[ \t]))#[^\r\n]*")
_WORDS: Final = (b"fastapi-lint", b"noqa")


@dataclass(frozen=True, slots=True)
class Directive:
    """A suppression comment; `codes` are codes, prefixes or names as written, none for every rule.

    `span` is the comment, `row` its row, `covers` the first and the last row whose findings it silences.
    """

    codes: tuple[str, ...]
    span: Span
    row: int
    covers: tuple[int, int]
    reason: str = ""
    is_file_level: bool = False
    is_noqa: bool = False


@dataclass(frozen=True, slots=True)
class MalformedDirective:
    """A comment that means to be a directive and is none; it silences nothing."""

    span: Span
    row: int
    message: str


@dataclass(frozen=True, slots=True)
class DirectiveReading:
    """The directives of one file and the comments that only mean to be one, both in the order of the file."""

    directives: tuple[Directive, ...] = ()
    malformed: tuple[MalformedDirective, ...] = ()


@dataclass(frozen=True, slots=True)
class _Request:
    """What one comment asks for, before it is known which rows it covers."""

    codes: tuple[str, ...]
    reason: str
    is_file_level: bool
    is_noqa: bool


def read_directives(
    comments: Iterable[tuple[Span, str]],
    data: bytes,
    encoding: str = "utf-8",
    statement_rows: Mapping[int, int] | None = None,
) -> DirectiveReading:
    """Return the directives among the comments (byte span, text with the `#`) of the file with these bytes.

    `statement_rows` maps the first row of each statement of several rows to its last; never raises.
    """
    wanted = [(span, text, *_requests(text)) for span, text in comments if _may_matter(text)]
    if not any(requests or problem for _, _, requests, problem in wanted):
        return DirectiveReading()
    rows = _Rows(LineIndex(data, encoding), statement_rows or {})
    directives: list[Directive] = []
    malformed: list[MalformedDirective] = []
    for span, _, requests, problem in wanted:
        row = rows.index.row(span.start)
        if problem:
            malformed.append(MalformedDirective(span, row, problem))
        for request in requests:
            covers = rows.covered(row, request)
            directives.append(
                Directive(request.codes, span, row, covers, request.reason, request.is_file_level, request.is_noqa)
            )
    return DirectiveReading(tuple(directives), tuple(malformed))


def may_speak(data: bytes) -> bool:
    """Return whether a file with these bytes may hold a directive at all."""
    lowered = data.lower()
    return any(word in lowered for word in _WORDS)


def comments_of_text(data: bytes) -> tuple[tuple[Span, str], ...]:
    """Return the `#` comments of a deployment file (Dockerfile, YAML, TOML, shell) that may hold a directive.

    A comment starts at the start of a row or behind white space; a `#` in a string of such a form counts too.
    """
    if not may_speak(data):
        return ()
    found = (
        (Span(match.start(), match.end()), match.group().decode("utf-8", "replace"))
        for match in _COMMENT.finditer(data)
    )
    return tuple((span, text) for span, text in found if _may_matter(text))


def _may_matter(text: str) -> bool:
    lowered = text.lower()
    return "noqa" in lowered or "fastapi-lint" in lowered


def _requests(text: str) -> tuple[list[_Request], str]:
    """Return what a comment asks for, and what is wrong with it (empty where nothing is)."""
    requests: list[_Request] = []
    problem = ""
    own = _OWN.search(text)
    if own is not None:
        request, problem = _own_request(text[own.end() :])
        requests.extend([request] if request else [])
    noqa = _NOQA.search(text)
    if noqa is not None:
        request = _noqa_request(noqa.group("codes"))
        requests.extend([request] if request else [])
    return requests, problem


def _own_request(text: str) -> tuple[_Request | None, str]:
    found = _VERB.match(text)
    assert found is not None  # every part of the pattern may be empty
    verb, inside, rest = found.group("verb").lower().replace("_", "-"), found.group("codes"), found.group("rest")
    if verb not in {"ignore", "ignore-file"}:
        return None, f"`{verb[:40]}` is no directive: write `ignore[...]` or `ignore-file[...]`"
    if inside is None:
        if _LEADING_CODE.match(rest):
            return None, f"the codes of `{verb}` stand in brackets: write `{verb}[...]`"
        return _Request((), _reason(rest), verb == "ignore-file", is_noqa=False), ""
    codes = tuple(dict.fromkeys(filter(None, map(str.strip, inside.split(",")))))
    if not found.group("end"):
        return None, f"`{verb}[` is never closed"
    if not codes:
        return None, f"`{verb}[]` names no rule"
    return _Request(codes, _reason(rest), verb == "ignore-file", is_noqa=False), ""


def _noqa_request(codes: str | None) -> _Request | None:
    """Return what a `noqa` asks for: all, our codes among those listed, or None where it lists none of ours."""
    if codes is None:
        return _Request((), "", is_file_level=False, is_noqa=True)
    ours: list[str] = []
    at = 0
    while (found := _NOQA_CODE.match(codes, at)) is not None:
        at = found.end()
        if _OUR_CODE.fullmatch(found.group(1)):
            ours.append(found.group(1).upper())
    if not ours:
        return None
    return _Request(tuple(dict.fromkeys(ours)), _reason(codes[at:]), is_file_level=False, is_noqa=True)


def _reason(text: str) -> str:
    return text.partition("#")[0].strip(_REASON_EDGE)


class _Rows:
    """Answers which rows a comment covers."""

    def __init__(self, index: LineIndex, statement_rows: Mapping[int, int]) -> None:
        self.index = index
        self._statement_rows = statement_rows
        self._next_code: dict[int, int] = {}

    def covered(self, row: int, request: _Request) -> tuple[int, int]:
        if request.is_file_level:
            return (1, self.index.rows)
        if request.is_noqa or not self._is_alone(row):
            return (row, self._last(row))
        following = self._code_from(row + 1)
        return (row, self._last(following)) if following <= self.index.rows else (row, row)

    def _code_from(self, row: int) -> int:
        """Return the first row of code at or below a row, the row past the end where there is none."""
        passed: list[int] = []
        while row <= self.index.rows and row not in self._next_code and self._is_alone(row):
            passed.append(row)
            row += 1
        found = self._next_code.get(row, row)
        self._next_code.update(dict.fromkeys(passed, found))  # else a file of directives alone takes quadratic time
        return found

    def _last(self, row: int) -> int:
        return max(row, self._statement_rows.get(row, row))

    def _is_alone(self, row: int) -> bool:
        """Return whether a row holds no code: a comment or nothing."""
        text = self.index.line(row).lstrip()
        return not text or text.startswith("#")
