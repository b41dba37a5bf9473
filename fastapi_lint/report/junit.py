"""The `junit` format: a suite a file and a failed test a finding, as build services show test results.

Elements and attributes are those of junit-10.xsd (jenkinsci/xunit-plugin), and nothing beside them.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from fastapi_lint.core.finding import Confidence
from fastapi_lint.report.sanitize import sanitize, sanitize_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi_lint.core.finding import Diagnostic, Failure, Place, Report
    from fastapi_lint.report.look import Look

# The only characters besides controls and surrogates that XML 1.0 does not have.
_NO_XML = re.compile("[\ufffe\uffff]")


def render(report: Report, look: Look) -> str:  # noqa: ARG001  every format has the same signature
    """Return a document of one suite a file; one passed test where nothing was found, for some readers want a test."""
    suites = [
        _suite(filename, [_failed(diagnostic) for diagnostic in diagnostics], failures=True)
        for filename, diagnostics in groupby(report.diagnostics, key=lambda diagnostic: diagnostic.place.filename)
    ]
    if report.failures:
        suites.append(_suite("fastapi-lint", [_crashed(failure) for failure in report.failures], errors=True))
    if not suites:
        suites.append(_suite("fastapi-lint", [_case("no findings", "fastapi-lint", ())]))
    tests, failures, errors = len(report.diagnostics), len(report.diagnostics), len(report.failures)
    opening = f'name="fastapi-lint" tests="{max(1, tests + errors)}" failures="{failures}" errors="{errors}"'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites {opening}>\n{"".join(suites)}</testsuites>\n'


def _suite(name: str, cases: list[str], *, failures: bool = False, errors: bool = False) -> str:
    size = len(cases)
    counts = f'tests="{size}" failures="{size if failures else 0}" errors="{size if errors else 0}"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{''.join(cases)}  </testsuite>\n"


def _failed(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    doubt = " (possible)" if diagnostic.confidence is Confidence.POSSIBLE else ""
    message = f"{diagnostic.code} {diagnostic.message}{doubt}"
    lines = [f"{_position(place)}: {sanitize(message)}"]
    lines += [f"{_position(note.place)}: {sanitize(note.message)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"help: {sanitize(diagnostic.help)}")
    if diagnostic.url:
        lines.append(sanitize(diagnostic.url))
    name = f"{diagnostic.code} {diagnostic.name} {place.start.row}:{place.start.column}"
    return _case(name, place.filename, _outcome("failure", diagnostic.severity.value, message, lines))


def _position(place: Place) -> str:
    """Return `path:row:column`, which may stand at the start of a line."""
    return f"{sanitize_path(place.filename)}:{place.start.row}:{place.start.column}"


def _crashed(failure: Failure) -> str:
    text = f"{failure.rule} crashed on {failure.entity}: {failure.message}"
    return _case(failure.rule, "fastapi-lint", _outcome("error", "crash", text, [sanitize(text)]))


def _outcome(element: str, kind: str, message: str, lines: Iterable[str]) -> tuple[str, ...]:
    body = "\n".join(_text(line) for line in lines)
    return (f"      <{element} type={_attribute(kind)} message={_attribute(message)}>{body}</{element}>\n",)


def _case(name: str, classname: str, outcome: tuple[str, ...]) -> str:
    opening = f"    <testcase name={_attribute(name)} classname={_attribute(classname)}"
    return f"{opening}>\n{''.join(outcome)}    </testcase>\n" if outcome else f"{opening}/>\n"


def _attribute(text: str) -> str:
    return quoteattr(_legal(sanitize(text)))


def _text(text: str) -> str:
    return escape(_legal(text))


def _legal(text: str) -> str:
    return _NO_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
