"""Findings that are known already, and what a report says without them.

A finding is told from others by its rule, its file and the text of its line, so that it is known however its line
moves; of several on one kind of line the message tells which is which. Where the line was edited the message in the
same file tells it, and where the code went to another file the message together with the line does. Each known finding
answers for one finding only.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence
from fastapi_lint.engine.silence import ALWAYS
from fastapi_lint.report.fingerprint import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from fastapi_lint.core.finding import Diagnostic, Report


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """A finding as it is remembered; `path` is POSIX and relative to the project's root."""

    path: str
    code: str
    text: str
    message: str
    is_possible: bool = False


def known_of(report: Report, root: Path, directory: Path) -> tuple[Known, ...]:
    """Return the findings of a report that was made in `directory` for the project at `root`, in their order.

    That a file cannot be read is never known: what was not checked must not pass for clean.
    """
    return tuple(_known(report, one, root, directory) for one in report.diagnostics if one.code not in ALWAYS)


def without_known(
    report: Report, known: Sequence[Known], root: Path, directory: Path
) -> tuple[Report, tuple[Known, ...]]:
    """Return a report without what is known, and what is known and was not found again."""
    found = tuple(_known(report, one, root, directory) for one in report.diagnostics)
    left = Counter(known)
    unread = [number for number, one in enumerate(found) if one.code in ALWAYS]
    fresh = [number for number in range(len(found)) if number not in unread]
    for identity in (_same, _same_line, _same_message, _moved):
        fresh = _unanswered(found, fresh, left, identity)
    kept = tuple(report.diagnostics[number] for number in sorted((*fresh, *unread)))
    gone = tuple(sorted(left.elements()))
    return replace(report, diagnostics=kept, known=report.known + len(report.diagnostics) - len(kept)), gone


def _known(report: Report, diagnostic: Diagnostic, root: Path, directory: Path) -> Known:
    return Known(
        root_path(diagnostic.place.filename, root, directory),
        diagnostic.code,
        line_of(report, diagnostic),
        diagnostic.message,
        diagnostic.confidence is Confidence.POSSIBLE,
    )


def root_path(shown: str, root: Path, directory: Path) -> str:
    """Return a path that is relative to `directory` as one relative to `root`."""
    return os.path.relpath(os.path.join(directory, shown), root).replace(os.sep, "/")  # noqa: PTH118


def _same(one: Known) -> tuple[str, ...]:
    return (one.code, one.path, one.text, one.message)


def _same_line(one: Known) -> tuple[str, ...]:
    return (one.code, one.path, one.text)


def _same_message(one: Known) -> tuple[str, ...]:
    return (one.code, one.path, one.message)


def _moved(one: Known) -> tuple[str, ...]:
    return (one.code, one.message, one.text)


def _unanswered(
    found: Sequence[Known],
    numbers: Iterable[int],
    left: Counter[Known],
    identity: Callable[[Known], tuple[str, ...]],
) -> list[int]:
    """Return the numbers of the findings that nothing of what is left answers for, and take the rest from it."""
    by_identity: dict[tuple[str, ...], list[Known]] = {}
    for one in sorted(left.elements()):
        by_identity.setdefault(identity(one), []).append(one)
    fresh = []
    for number in numbers:
        answers = by_identity.get(identity(found[number]), [])
        if not answers:
            fresh.append(number)
            continue
        left[answers.pop(0)] -= 1
    return fresh
