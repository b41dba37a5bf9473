"""The `gitlab` format: a code quality report, as the artifact `reports: codequality` takes it.

GitLab reads the keys that `Gitlab::Ci::Parsers::Codequality::CodeClimate` looks at, matches findings of two pipelines
by their fingerprint alone, and drops one whose fingerprint it has seen before.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Confidence, Severity
from fastapi_lint.report.fingerprint import fingerprints
from fastapi_lint.report.json import dump
from fastapi_lint.report.sanitize import sanitize, without_surrogates
from fastapi_lint.report.text import position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.finding import Diagnostic, Report
    from fastapi_lint.core.span import Position
    from fastapi_lint.report.look import Look

_SEVERITIES: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}
)


def render(report: Report, look: Look) -> str:  # noqa: ARG001  every format has the same signature
    """Return one array of objects, in ASCII."""
    return dump(
        [_issue(one, print_) for one, print_ in zip(report.diagnostics, fingerprints(report), strict=True)], indent=2
    )


def _issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, object]:
    place = diagnostic.place
    return {
        "type": "issue",
        "check_name": f"{diagnostic.code} {diagnostic.name}",
        "description": _description(diagnostic),
        "content": {"body": _body(diagnostic)},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[diagnostic.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": without_surrogates(place.filename),
            "positions": {"begin": _position(place.start), "end": _position(place.end)},
        },
    }


def _description(diagnostic: Diagnostic) -> str:
    doubt = " (possible)" if diagnostic.confidence is Confidence.POSSIBLE else ""
    return f"{diagnostic.code}: {sanitize(diagnostic.message)}{doubt}"


def _body(diagnostic: Diagnostic) -> str:
    """Return in Markdown what the one line leaves out: the other places, the help and the page."""
    lines = [f"- {position(note.place)}: {sanitize(note.message)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"- help: {sanitize(diagnostic.help)}")
    if diagnostic.url:
        lines.append(f"- {sanitize(diagnostic.url)}")
    return "\n".join(lines)


def _position(position_: Position) -> dict[str, int]:
    return {"line": position_.row, "column": position_.column}
