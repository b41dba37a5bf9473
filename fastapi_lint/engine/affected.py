"""The findings in which certain files take part: as their place, as one of their notes, or as what states a version."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.rules.catalogue import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fastapi_lint.core.finding import Diagnostic, Report


def affected(report: Report, changed: Iterable[str], directory: Path) -> Report:
    """Return a report with those findings only in which a changed file takes part; `unaffected` counts the others.

    `changed` are paths of files, that need not exist any more, relative ones to `directory`.
    """
    names = {_shown(path, directory) for path in changed}
    stating = any(source.origin.partition(":")[0] in names for source in report.targets)
    versioned = {rule.code for rule in all_rules() if rule.versions} if stating else set()

    def takes_part(diagnostic: Diagnostic) -> bool:
        places = (diagnostic.place, *(note.place for note in diagnostic.notes))
        return diagnostic.code in versioned or any(place.filename in names for place in places)

    kept = tuple(diagnostic for diagnostic in report.diagnostics if takes_part(diagnostic))
    return replace(report, diagnostics=kept, unaffected=len(report.diagnostics) - len(kept))


def _shown(path: str, directory: Path) -> str:
    """Return a path as reports show it; a link is a file of its own there."""
    return os.path.relpath(os.path.join(directory, path), directory).replace(os.sep, "/")  # noqa: PTH118
