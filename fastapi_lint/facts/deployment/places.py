"""Where the paths of a running container or host lie in the project.

A command runs in `/code`, but the linter needs the folder of the project that was copied there. Each COPY and each
bind mount says that a path of the image is a path of the project. From `COPY ./backend/app /app/app` also follows
that `/app` is `backend`, as long as the last names agree; such conclusions are tried after what is said outright.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.project import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST = 400


@dataclass(frozen=True, slots=True)
class Placement:
    """A path of the running system that holds a path of the project; `rank` orders placements, the best is lowest."""

    runtime: str
    project: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """All placements of one running system, later ones before earlier ones of the same rank.

    `is_host` says that paths that nothing places may still be found by their last names, because the project was put
    somewhere on the machine by hand.
    """

    placements: tuple[Placement, ...] = ()
    is_host: bool = False

    def with_more(self, more: Sequence[Placement]) -> Places:
        """Return these places and more placements, which come first."""
        return Places((*reversed(more), *self.placements)[:_MOST], self.is_host)

    def candidates(self, runtime: str) -> Iterator[str]:
        """Yield the project paths that a path may be, the most likely first, each once."""
        seen = set()
        for placement in _ordered(self.placements):
            project = _inside(runtime, placement)
            if project is not None and project not in seen:
                seen.add(project)
                yield project


def placed(runtime: str, project: str, *, is_folder: bool) -> Placement:
    """Return the placement of a copied file or folder."""
    rank = 0 if is_folder else 2 if project.endswith(".py") else 3
    return Placement(posixpath.normpath(runtime), project, rank)


def _ordered(placements: Sequence[Placement]) -> list[Placement]:
    said = [placement for placement in placements if placement.rank <= 0]
    files = [Placement(p.runtime, p.project, 1) for p in placements if p.rank > 0]
    concluded = [parent for placement in placements for parent in _parents(placement)]
    return sorted((*said, *files, *concluded), key=lambda p: (p.rank, -p.runtime.rstrip("/").count("/")))


def _parents(placement: Placement) -> Iterator[Placement]:
    """Yield what follows for the folders above, while the last names agree; after everything that is said outright."""
    runtime, project = placement.runtime, placement.project
    rank = max(placement.rank, 0) + 2
    while project and posixpath.basename(runtime) == posixpath.basename(project):
        runtime, project = posixpath.dirname(runtime), posixpath.dirname(project)
        yield Placement(runtime, project, rank)
        if runtime == "/":
            return


def _inside(runtime: str, placement: Placement) -> str | None:
    if runtime == placement.runtime:
        return within(placement.project)
    prefix = placement.runtime.rstrip("/") + "/"
    if not runtime.startswith(prefix):
        return None
    return within(posixpath.join(placement.project, runtime[len(prefix) :]))


def resolved(directory: str, path: str) -> str:
    """Return an absolute runtime path; a relative one is taken from `directory`."""
    joined = posixpath.normpath(posixpath.join(directory or "/", path))
    return "/" + joined.lstrip("/")


HOST = Places((Placement("/", ""),), is_host=True)
