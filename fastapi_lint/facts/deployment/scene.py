"""The surroundings in which a command is started: environment, folder, copies of it, and how the readers got there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location
from fastapi_lint.facts.deployment.counting import ONE
from fastapi_lint.facts.deployment.places import HOST, Places, resolved
from fastapi_lint.facts.deployment.text import Text

if TYPE_CHECKING:
    from fastapi_lint.facts.deployment.model import Count

Related = tuple[tuple[Location, str], ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What holds where a command is started.

    `home` is the project folder of the deployment file, `directory` the absolute working directory of the running
    system, `places` maps the latter to the former. `scripts` are the files being followed, so that none is entered
    twice; `written` are files that a Dockerfile's heredoc makes. `extent` is the whole command in a script, whose
    words may come from elsewhere. `is_foreign` says that the image is not built from
    the project, so that only what the project itself holds is of interest. `is_prepared` says that the base image
    brings the start script that `prepared` knows.
    """

    home: str
    directory: str = "/"
    variables: Mapping[str, Text] = field(default_factory=dict)
    places: Places = HOST
    replicas: Count = ONE
    related: Related = ()
    scripts: tuple[str, ...] = ()
    written: Mapping[str, Text] = field(default_factory=dict)
    extent: Location | None = None
    is_development: bool = False
    is_foreign: bool = False
    is_prepared: bool = False

    def moved(self, path: str) -> Scene:
        """Return the scene in another working directory."""
        return replace(self, directory=resolved(self.directory, path))

    def with_variables(self, more: Mapping[str, Text]) -> Scene:
        """Return the scene with more variables, which win over those that are there."""
        return replace(self, variables={**self.variables, **more}) if more else self

    def noting(self, location: Location | None, message: str) -> Scene:
        """Return the scene with one more place that takes part."""
        if location is None or (location, message) in self.related:
            return self
        return replace(self, related=(*self.related, (location, message)))


class Budget:
    """What one deployment file may cost, so that hostile files end; counted in statements, not in time."""

    __slots__ = ("_left",)

    def __init__(self, steps: int) -> None:
        """Allow a number of steps."""
        self._left = steps

    def spend(self, steps: int = 1) -> bool:
        """Take steps from what is left and return whether there was any."""
        self._left -= steps
        return self._left >= 0


Start = Callable[[Sequence[Text], Scene], None]
"""Starts a command: words and surroundings."""


def folder_scene(folder: str) -> Scene:
    """Return the scene of a command that is started by hand in a project folder."""
    return Scene(home=folder, directory="/" + folder)
