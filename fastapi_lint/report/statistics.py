"""How often each rule fired: what `--statistics` shows instead of the findings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastapi_lint.report.json import dump
from fastapi_lint.report.look import Look, style_of

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Report


def table(report: Report, *, color: bool = False) -> str:
    """Return a line a rule, the most frequent first: count, code, name."""
    look = Look(color=color)
    ranked = _ranked(report)
    width = max((len(str(count)) for _, count in ranked), default=0)
    return "".join(
        f"{count:>{width}}  {look.paint(style_of(example.severity), example.code)}  {example.name}\n"
        for example, count in ranked
    )


def as_json(report: Report) -> str:
    """Return an array of objects with `code`, `name` and `count`, the most frequent first."""
    return dump([{"code": item.code, "name": item.name, "count": count} for item, count in _ranked(report)], indent=2)


def _ranked(report: Report) -> list[tuple[Diagnostic, int]]:
    counts = Counter(diagnostic.code for diagnostic in report.diagnostics)
    examples = {diagnostic.code: diagnostic for diagnostic in reversed(report.diagnostics)}
    return [(examples[code], count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
