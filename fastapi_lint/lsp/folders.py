"""Which projects the client has open, and which of them a file belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pygls.uris import to_fs_path

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.lsp.project import Project
from fastapi_lint.source.discovery import find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor


@dataclass(frozen=True, slots=True)
class Owned:
    """A file and the project that it belongs to; the path is relative to the project's root."""

    project: Project
    path: str


class Folders:
    """The projects of the workspace folders, and of the files that are open outside of them."""

    def __init__(self, worker: Executor, deliver: Callable[[Project], None]) -> None:
        """Take what checks, and what is called when a project was checked."""
        self._worker = worker
        self._deliver = deliver
        self._projects: list[Project] = []

    @property
    def projects(self) -> tuple[Project, ...]:
        """Return all projects."""
        return tuple(self._projects)

    def add(self, uri: str) -> Project | None:
        """Return the new project of a workspace folder; None for one that is known, no folder, or not on this disk."""
        folder = file_of(uri)
        if folder is None or any(one.is_asked and one.folder == folder for one in self._projects):
            return None
        return self._made(folder, is_asked=True)

    def remove(self, project: Project) -> None:
        """Forget a project."""
        self._projects.remove(project)
        project.close()

    def of_folder(self, uri: str) -> Project | None:
        """Return the project of a workspace folder."""
        folder = file_of(uri)
        return next((one for one in self._projects if one.is_asked and one.folder == folder), None)

    def owner(self, uri: str) -> Owned | None:
        """Return the project that tells of a file: of the innermost folder that holds it, else of a root that does."""
        file = file_of(uri)
        if file is None:
            return None
        holding = sorted(
            (one for one in self._projects if file.is_relative_to(one.folder)), key=lambda one: -len(one.folder.parts)
        )
        for project in (*holding, *self._projects):
            path = project.path_of(file)
            if path is not None:
                return Owned(project, path)
        return None

    def adopt(self, uri: str) -> Project | None:
        """Return a new project for a file outside of all; None where its folder is the user's whole home or disk."""
        file = file_of(uri)
        if file is None:
            return None
        try:
            root = find_project((str(file),), file.parent).root
            is_too_much = root in {Path(root.anchor), Path.home()}
        except (ConfigError, RuntimeError):
            return None
        return None if is_too_much else self._made(root, is_asked=False)

    def touched(self, uri: str) -> Iterator[Project]:
        """Yield the projects that a file on disk may matter to."""
        file = file_of(uri)
        if file is not None:
            yield from (one for one in self._projects if one.path_of(file) is not None)

    def _made(self, folder: Path, *, is_asked: bool) -> Project | None:
        try:
            project = Project(folder, is_asked=is_asked, worker=self._worker, deliver=self._deliver)
        except ConfigError:
            return None
        self._projects.append(project)
        return project


def file_of(uri: str) -> Path | None:
    """Return the file that an address means, None for one that is no file of this machine."""
    found = to_fs_path(uri)
    path = Path(found) if found and "\0" not in found else None
    return path if path is not None and path.is_absolute() else None
