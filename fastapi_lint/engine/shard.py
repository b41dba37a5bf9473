"""A part of a run, so that several machines share one project: its applications are dealt out, nothing else.

Every part reads the project and links it; what takes long, running start-up and requests and judging them, is done for
the applications of the part alone. The parts together say what one run says, each finding once. That rests on:

- Applications that one replay made are one group, since each finds the objects as the others left them.
- Of several applications that have the same finding, a run tells that of the first. So where a finding lies in a file
  that an earlier application of another part reaches too, that application is judged here as well, and not told of.
- Whether a directive is of use is for the part to say that has the first application which reaches its file, and it
  judges all others that do.
- What speaks of no application is told by the first part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fastapi_lint.engine.reach import Imports
    from fastapi_lint.lifecycle.model import App, Project

FIRST: Final = 1


@dataclass(frozen=True, slots=True)
class Shard:
    """The `index`-th (from 1) of `count` parts."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard | None:
        """Return the shard that is written as `2/5`, None where that is none."""
        index, _, count = text.partition("/")
        if not (index.isascii() and index.isdigit() and count.isascii() and count.isdigit()):
            return None
        shard = cls(int(index), int(count))
        return shard if FIRST <= shard.index <= shard.count else None


@dataclass(frozen=True, slots=True)
class _Group:
    """Applications that are judged together, and the files in which something may be found of them."""

    apps: tuple[App, ...]
    paths: frozenset[str]

    @property
    def weight(self) -> int:
        return sum(1 + len(app.endpoints) + len(app.modules) for app in self.apps)


class Division:
    """Which applications and files of a project belong to a shard."""

    def __init__(self, project: Project, imports: Imports, shard: Shard) -> None:
        """Deal out the applications of a project; `imports` are those of its files."""
        self._shard = shard
        self._order: Mapping[str, int] = {app.name: index for index, app in enumerate(project.apps)}
        self._groups = [_Group(apps, _paths(apps, imports)) for apps in _grouped(project.apps)]
        self._own = _dealt(self._groups, shard)
        self._names = frozenset(app.name for index in self._own for app in self._groups[index].apps)

    @property
    def is_first(self) -> bool:
        """Return whether this part tells what speaks of no application."""
        return self._shard.index == FIRST

    @property
    def own(self) -> tuple[App, ...]:
        """Return the applications of this part."""
        return self._apps(self._own)

    def tells(self, source: str) -> bool:
        """Return whether findings on an application, or on none, are told here."""
        return source in self._names if source else self.is_first

    def owns(self, path: str) -> bool:
        """Return whether it is for this part to judge the directives of a file."""
        first = next((index for index, group in enumerate(self._groups) if path in group.paths), None)
        return self.is_first if first is None else first in self._own

    def others(self, found: Iterable[tuple[str, str]], speaking: Iterable[str]) -> tuple[App, ...]:
        """Return the applications of other parts that have a say in findings here, or in what directives silence.

        `found` are the files and applications of findings.
        """
        places = {(path, self._order.get(source, 0)) for path, source in found}
        wanted = [
            index
            for index, group in enumerate(self._groups)
            if index not in self._own
            and (
                any(path in group.paths for path in speaking)
                or any(path in group.paths and self._first(group) < order for path, order in places)
            )
        ]
        return self._apps(wanted)

    def _first(self, group: _Group) -> int:
        return min(self._order[app.name] for app in group.apps)

    def _apps(self, indexes: Iterable[int]) -> tuple[App, ...]:
        found = (app for index in indexes for app in self._groups[index].apps)
        return tuple(sorted(found, key=lambda app: self._order[app.name]))


def _grouped(apps: tuple[App, ...]) -> Iterator[tuple[App, ...]]:
    """Yield the applications that one replay made, or of which one is mounted on another, in their order."""
    leaders: dict[int, int] = {index: index for index in range(len(apps))}

    def leader(index: int) -> int:
        while leaders[index] != index:
            index = leaders[index]
        return index

    replays: dict[int, int] = {}
    numbers = {id(app): index for index, app in enumerate(apps)}
    for index, app in enumerate(apps):
        joined = [replays.setdefault(id(app.imports), index)]
        joined += [numbers[id(other)] for other in app.mounted if id(other) in numbers]
        for other in joined:
            first, last = sorted((leader(index), leader(other)))
            leaders[last] = first
    groups: dict[int, list[App]] = {}
    for index, app in enumerate(apps):
        groups.setdefault(leader(index), []).append(app)
    return map(tuple, groups.values())


def _paths(apps: tuple[App, ...], imports: Imports) -> frozenset[str]:
    """Return the files that applications reach, by imports inside of functions too, and those that start them."""
    pending = [module.path for app in apps for module in app.modules.values() if module.path]
    pending += [app.entry for app in apps]
    found = set(pending)
    while pending:
        known = imports.get(pending.pop())
        fresh = [path for path in known[1] if path not in found] if known is not None else []
        found.update(fresh)
        pending += fresh
    found.update(served.deployment.location.path for app in apps for served in app.served)
    return frozenset(found)


def _dealt(groups: list[_Group], shard: Shard) -> tuple[int, ...]:
    """Return the groups of a shard: each in turn, the heaviest first, goes to the shard that has the least."""
    loads = [0] * shard.count
    own: list[int] = []
    for index in sorted(range(len(groups)), key=lambda one: (-groups[one].weight, one)):
        lightest = loads.index(min(loads))
        loads[lightest] += groups[index].weight
        if lightest == shard.index - 1:
            own.append(index)
    return tuple(sorted(own))
