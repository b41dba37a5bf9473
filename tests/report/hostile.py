"""Text as a hostile project would write it."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from fastapi_lint.core.finding import (
    Annotation,
    Code,
    Confidence,
    Diagnostic,
    Edit,
    Failure,
    Fix,
    Place,
    Report,
    Severity,
    Skipped,
    Source,
)
from fastapi_lint.core.span import Location, Position, Span

SNIPPETS = (
    "\x1b[2J",
    "\x1b]8;;http://evil.example\x1b\\",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\n::error file=x::pwn",
    "::error::pwn",
    " ::stop-commands::t",
    "\r\n##vso[task.setvariable variable=x]y",
    "##[error]",
    "###[group]",
    "##VSO[x]",
    "##teamcity[x]",
    "\u202e",
    "\u2066",
    "\u2028",
    "\udcff",
    "\ud800",
    "\x00",
    "\x7f",
    "\t",
    "日本語",
    "e\u0301",
    "%0A",
    "%",
    ",",
    ":",
    "{0}",
    "a.py",
)
TEXT = st.lists(st.sampled_from(SNIPPETS) | st.text(st.characters(), max_size=8), max_size=4).map("".join)

_OWN_SEQUENCES = re.compile(r"\x1b\[[0-9;]+m|\x1b\]8;;[^\x1b\x07]*\x1b\\")
_RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMAND = re.compile(r"\A\s*::\w|##(?:vso|teamcity)?\[", re.IGNORECASE)


def raw_controls(text: str) -> list[str]:
    """Return the control characters of a text format that are not part of a colour or a link of ours."""
    return _RAW.findall(_OWN_SEQUENCES.sub("", text))


def commands(text: str) -> list[str]:
    """Return the lines that a build service would take for a command."""
    return [line for line in text.split("\n") if _COMMAND.search(_OWN_SEQUENCES.sub("", line))]


positions = st.builds(Position, st.integers(1, 12), st.integers(1, 40))
filenames = st.sampled_from(["a.py", "b.py", "::error::c.py", "d\n::error::x.py"]) | TEXT


@st.composite
def places(draw: st.DrawFn) -> Place:
    start, end = sorted((draw(positions), draw(positions)))
    return Place(draw(filenames), start, end)


edits = st.builds(Edit, st.just(Location("a.py", Span(0, 1))), TEXT, places() | st.none())
fixes = st.builds(Fix, st.sampled_from(["safe", "unsafe"]), TEXT, st.lists(edits, min_size=1, max_size=2).map(tuple))
diagnostics = st.builds(
    Diagnostic,
    code=st.sampled_from([Code("FL000"), Code("FL301"), Code("FL401")]),
    name=st.just("engine-outside-lifespan"),
    message=TEXT,
    place=places(),
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    notes=st.lists(st.builds(Annotation, places(), TEXT), max_size=3).map(tuple),
    help=TEXT,
    url=st.sampled_from(["", "https://fastapi-lint.readthedocs.io/rules/x/"]),
    fix=fixes | st.none(),
)
sources = st.lists(st.builds(Source, TEXT, TEXT, TEXT), max_size=2).map(tuple)
lines_of_a_file = st.dictionaries(st.integers(1, 12), TEXT, max_size=8)
reports = st.builds(
    Report,
    st.lists(diagnostics, max_size=3).map(tuple),
    files=st.lists(filenames, max_size=2).map(tuple),
    skipped=st.lists(st.builds(Skipped, filenames, TEXT), max_size=2).map(tuple),
    failures=st.lists(st.builds(Failure, TEXT, TEXT, TEXT), max_size=1).map(tuple),
    apps=sources,
    entries=sources,
    targets=sources,
    deployments=sources,
    warnings=st.lists(TEXT, max_size=1).map(tuple),
    silenced=st.integers(0, 2),
    hidden=st.integers(0, 2),
    lines=st.dictionaries(filenames, lines_of_a_file, max_size=4),
)
