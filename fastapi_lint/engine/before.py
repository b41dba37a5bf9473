"""What was found at a revision: its files in a folder of their own, checked with the settings of today.

A change of the settings makes no finding, so it is no part of the comparison.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_lint.engine.files import MAX_BYTES
from fastapi_lint.engine.git import Repository
from fastapi_lint.engine.known import known_of
from fastapi_lint.engine.run import Given, explore
from fastapi_lint.source.discovery import ProjectPaths, find_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.git import Blob
    from fastapi_lint.engine.known import Known
    from fastapi_lint.engine.run import Request, Run


def known_before(request: Request, revision: str) -> tuple[Known, ...]:
    """Return the findings that a request's project had at a revision.

    Raises:
        ConfigError: where git has no such revision, the project is in no repository, or its settings are wrong.

    """
    root = find_project(request.paths, request.directory).root
    repository = Repository(root)
    blobs = repository.blobs(repository.commit(revision))
    below = os.path.relpath(os.path.realpath(root), repository.top).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    wanted = [blob for blob in blobs if _matters(blob, prefix)]
    if not any(blob.path.startswith(prefix) and blob.path.endswith(".py") for blob in wanted):
        return ()
    settings = explore(request, lambda run: run.settings)
    with tempfile.TemporaryDirectory(prefix="fastapi-lint-") as made:
        top = Path(os.path.realpath(made))
        _lay_out(repository, wanted, top)
        old = top / below
        given = Given(paths=ProjectPaths(old, ("",)), settings=settings)

        def found(run: Run) -> Report:
            return run.report()

        report = explore(replace(request, directory=old, progress=None, shard=None, with_fixes=False), found, given)
        return known_of(report, old, old)


def _matters(blob: Blob, prefix: str) -> bool:
    """Return whether a file can take part: it stands in the project, or says above it what git ignores there."""
    folder, _, name = blob.path.rpartition("/")
    is_above = name == ".gitignore" and prefix.startswith(f"{folder}/" if folder else "")
    return blob.size <= MAX_BYTES and (blob.path.startswith(prefix) or is_above)


def _lay_out(repository: Repository, blobs: Sequence[Blob], top: Path) -> None:
    # So that the search for ignored files ends here.
    (top / ".git").mkdir()
    for blob, data in repository.contents(blobs):
        file = top / blob.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
