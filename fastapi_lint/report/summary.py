"""What a run says apart from its findings: the footer of the text formats, notices, and the long overview."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Severity
from fastapi_lint.report.look import Look, Style
from fastapi_lint.report.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.core.finding import Report, Source

_REASONS = 3
_ORIGINS = 4
_SHOWN = frozenset({"fastapi", "starlette", "sqlalchemy", "uvicorn", "python"})
"""The packages whose versions decide about findings."""
_ITEM = "  - "
"""No name may open a line: what only blanks precede can still be a command to a build service."""
_GRAVE_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def footer(report: Report, look: Look) -> str:
    """Return the closing lines: how many findings in how many files, what was left out, and the targets."""
    lines = [look.paint(_verdict_style(report), verdict(report)), *left_out(report)]
    lines += _fixable(report)
    if report.targets:
        lines.append(look.paint(Style.DIM, f"Checked as {_targets(report.targets)}"))
    return "\n".join(lines) + "\n"


def _fixable(report: Report) -> list[str]:
    fixes = [one.fix.applicability for one in report.diagnostics if one.fix is not None]
    safe, unsafe = fixes.count("safe"), fixes.count("unsafe")
    if not fixes:
        return []
    if not safe:
        return [f"{_many(unsafe, 'finding')} can be fixed with --fix --unsafe-fixes."]
    more = f", {unsafe} more with --unsafe-fixes" if unsafe else ""
    return [f"{_many(safe, 'finding')} can be fixed with --fix{more}."]


def verdict(report: Report) -> str:
    """Return the one sentence that sums up a run."""
    files = _many(len(report.files), "file")
    if report.diagnostics:
        counts = Counter(diagnostic.severity for diagnostic in report.diagnostics)
        parts = ", ".join(_severity_count(counts[severity], severity) for severity in _GRAVE_FIRST if counts[severity])
        return f"Found {_many(len(report.diagnostics), 'finding')} ({parts}) in {files}."
    if not report.files:
        return "No files were checked."
    if not report.apps:
        return f"No FastAPI or Starlette application found in {files}."
    return f"All checks passed! {files} checked, {_many(len(report.apps), 'app')}."


def left_out(report: Report) -> list[str]:
    """Return a line each for skipped files and for findings that are not shown; none where there are none."""
    lines = []
    if report.skipped:
        counts = Counter(sanitize(skipped.reason) for skipped in report.skipped)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        reasons = [f"{reason} ({count})" for reason, count in ranked[:_REASONS]]
        if len(ranked) > _REASONS:
            reasons.append(f"other reasons ({sum(count for _, count in ranked[_REASONS:])})")
        lines.append(f"Skipped {_many(len(report.skipped), 'file')}: {', '.join(reasons)}.")
    unseen = []
    if report.silenced:
        unseen.append(f"{report.silenced} suppressed")
    if report.hidden:
        unseen.append(f"{report.hidden} possible (show with --show-possible)")
    if report.known:
        unseen.append(f"{report.known} known before")
    if report.unaffected:
        unseen.append(f"{report.unaffected} in which no changed file takes part")
    if unseen:
        lines.append(f"Not shown: {', '.join(unseen)}.")
    return lines


def notices(report: Report) -> list[str]:
    """Return what the user of a machine format must hear beside it, lest an empty report pass for a clean project."""
    lines = left_out(report) if report.skipped else []
    if not report.diagnostics and not (report.files and report.apps):
        lines.insert(0, verdict(report))
    return lines


def overview(report: Report) -> str:
    """Return what was taken from where, a titled block each: apps, entry points, targets, deployments, skipped."""
    blocks = [
        _block(title, sources)
        for title, sources in (
            ("Applications", report.apps),
            ("Entry points", report.entries),
            ("Targets", report.targets),
            ("Deployments", report.deployments),
        )
    ]
    skipped = [f"{_ITEM}{sanitize(item.filename)}: {sanitize(item.reason)}\n" for item in report.skipped]
    blocks.append("Skipped files:\n" + ("".join(skipped) or "  none\n"))
    return "".join(blocks)


def _targets(targets: Sequence[Source]) -> str:
    """Return the versions that rules ask for, in one list for each place that they were taken from."""
    by_origin: dict[str, list[str]] = {}
    for target in targets:
        if target.subject in _SHOWN:
            by_origin.setdefault(target.origin, []).append(f"{target.subject} {target.value}")
    parts = [f"{sanitize(', '.join(found))} ({sanitize(origin)})" for origin, found in by_origin.items()]
    more = len(parts) - _ORIGINS
    return "; ".join([*parts[:_ORIGINS], *([f"{more} more with --verbose"] if more > 0 else [])])


def _block(title: str, sources: Sequence[Source]) -> str:
    lines = "".join(f"{_ITEM}{_source(source)}\n" for source in sources)
    return f"{title}:\n" + (lines or "  none\n")


def _source(source: Source) -> str:
    text = sanitize(f"{source.subject} {source.value}".strip())
    return f"{text} ({sanitize(source.origin)})" if source.origin else text


def _verdict_style(report: Report) -> Style:
    if report.diagnostics:
        return Style.BOLD
    return Style.GOOD if report.files and report.apps else Style.WARNING


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _severity_count(count: int, severity: Severity) -> str:
    return f"{count} info" if severity is Severity.INFO else _many(count, severity.value)
