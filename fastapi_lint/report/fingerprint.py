"""Which finding is which from run to run: an identity that does not rest on line numbers or on the wording.

It is made of the rule, the file and the text of the line, white space apart, and of the number among equals; so a
finding keeps it when lines are added above, when the block is indented, and when the message learns to say it better.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Report


def fingerprints(report: Report) -> tuple[str, ...]:
    """Return an identity for each diagnostic of a report, all of them different."""
    import hashlib  # noqa: PLC0415  only some formats need it

    seen: Counter[str] = Counter()
    result = []
    for diagnostic in report.diagnostics:
        identity = "\0".join((diagnostic.code, diagnostic.place.filename, line_of(report, diagnostic)))
        digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[digest] += 1
        result.append(f"{digest}:{seen[digest]}")
    return tuple(result)


def line_of(report: Report, diagnostic: Diagnostic) -> str:
    """Return the text of the line on which a diagnostic starts, every run of white space as one blank."""
    place = diagnostic.place
    return " ".join(report.lines.get(place.filename, {}).get(place.start.row, "").split())
