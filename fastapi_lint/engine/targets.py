"""Which versions a run goes by: those that hold near each application."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastapi_lint.config.target import read_target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi_lint.config.settings import Settings
    from fastapi_lint.core.finding import Source
    from fastapi_lint.core.span import Location
    from fastapi_lint.knowledge.versions import Target
    from fastapi_lint.lifecycle.model import Project


class Targets:
    """The versions that hold near each application, read once a folder."""

    def __init__(
        self,
        files: tuple[str, ...],
        read: Callable[[str], bytes],
        overrides: Mapping[str, str],
        settings: Settings,
    ) -> None:
        self.problems: list[tuple[Location, str]] = []

        @cache
        def near(folder: str) -> Target:
            reading = read_target(files, read, folder, overrides, settings.target_version)
            self.problems += [problem for problem in reading.problems if problem not in self.problems]
            return reading.target

        self._near = near

    def near(self, path: str) -> Target:
        """Return the versions for an application whose module is `path`."""
        folder = path.rpartition("/")[0]
        return self._near(f"{folder}/_" if folder else "_")

    def sources(self, project: Project) -> tuple[Source, ...]:
        """Return what was taken from where, for all applications."""
        found = dict.fromkeys(source for app in project.apps for source in app.target.sources())
        return tuple(found)
