"""Which findings a report tells: not what a baseline or an earlier revision has, nor what no change touches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.errors import SourceError
from fastapi_lint.edits.store import replace_file
from fastapi_lint.engine.affected import affected
from fastapi_lint.engine.baseline import NAME, is_gone, read_baseline, write_text
from fastapi_lint.engine.known import without_known
from fastapi_lint.rules.catalogue import all_rules
from fastapi_lint.source.discovery import find_project

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.answers import Evidence
    from fastapi_lint.engine.known import Known
    from fastapi_lint.engine.run import Request


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a caller wants to be spared: each of the three alone, or together."""

    baseline: Path | None = None
    """The baseline; None for that in the project's root, if there is one."""
    ignores_baseline: bool = False
    diff_base: str | None = None
    """The revision whose findings are known."""
    changed: tuple[str, ...] | None = None
    """The files of which one has to take part in a finding; None for no such condition."""


class Narrower:
    """Narrows the reports of one request."""

    def __init__(self, request: Request, wishes: Wishes) -> None:
        """Read what is known already.

        Raises:
            ConfigError: where the baseline or the revision cannot be read.

        """
        self._request = request
        self._wishes = wishes
        self._paths = find_project(request.paths, request.directory)
        self._file = _baseline_file(self._paths.root, wishes)
        self._baseline = read_baseline(self._file) if self._file is not None else ()
        self._data = self._file.read_bytes() if self._file is not None else b""
        self._before = _known_at(request, wishes.diff_base) if wishes.diff_base is not None else ()
        self._left: tuple[Known, ...] = ()
        """What of the baseline the last report had no finding for and could have had one."""

    def narrow(self, report: Report) -> Report:
        """Return a report with what is wanted of its findings; the others are counted in it."""
        if not self._baseline and not self._before and self._wishes.changed is None:
            self._left = ()
            return report
        root, directory = self._paths.root, self._request.directory
        narrowed, gone = without_known(report, self._baseline, root, directory)
        self._left = tuple(one for one in gone if self._is_gone(one, report))
        if self._before:
            narrowed, _ = without_known(narrowed, self._before, root, directory)
        if self._wishes.changed is not None:
            narrowed = affected(narrowed, self._wishes.changed, directory)
        return narrowed

    def shrink(self) -> tuple[int, str]:
        """Take from the baseline what the last report showed to be gone; return how much, and what went wrong."""
        if self._file is None or not self._left:
            return 0, ""
        rest = list(self._baseline)
        for one in self._left:
            rest.remove(one)
        try:
            before = self._file.read_bytes()
            replace_file(self._file.parent, self._file.name, before, write_text(rest).encode("ascii"))
        except (OSError, SourceError) as error:
            return 0, f"the baseline could be shorter by {len(self._left)}: {getattr(error, 'message', error)}"
        return len(self._left), ""

    def rests_on(self, evidence: Evidence) -> bool:
        """Add to the evidence what the narrowed report rests on; return whether it may be given again by that."""
        if self._wishes.diff_base is not None or self._left:
            return False
        if self._file is not None:
            evidence.files[os.path.abspath(self._file)] = self._data  # noqa: PTH100  `resolve` would follow links
        elif not self._wishes.ignores_baseline:
            evidence.names[os.fspath(self._paths.root / NAME)] = False
        return True

    def _is_gone(self, one: Known, report: Report) -> bool:
        request = self._request
        if request.select or request.ignore or request.extend_select or request.target_version or request.isolated:
            return False
        if request.shard is not None:
            return False
        if not request.preview and any(rule.preview for rule in all_rules() if rule.code == one.code):
            return False
        return is_gone(one, report, self._paths.asked, show_possible=request.show_possible)


def _known_at(request: Request, revision: str) -> tuple[Known, ...]:
    from fastapi_lint.engine.before import known_before  # noqa: PLC0415  few runs start git

    return known_before(request, revision)


def _baseline_file(root: Path, wishes: Wishes) -> Path | None:
    if wishes.ignores_baseline or wishes.baseline is not None:
        return None if wishes.ignores_baseline else wishes.baseline
    return root / NAME if (root / NAME).is_file() else None
