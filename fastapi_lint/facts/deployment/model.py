"""What deployment files say about how the project is started: plain values with the place of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fastapi_lint.core.span import Location


class CountKind(Enum):
    """How well a number is known."""

    EXACT = "exact"
    AT_LEAST = "at least"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of processes: exactly `value`, at least `value`, or not known (then `value` is 1).

    `location` is where it is stated, None where it is a default.
    """

    kind: CountKind
    value: int
    location: Location | None = None

    @property
    def several(self) -> bool:
        """Return whether the number is known to be above one."""
        return self.kind is not CountKind.UNKNOWN and self.value > 1


@dataclass(frozen=True, slots=True)
class Deployment:
    """One way in which the project is started: a server, the application it serves, and in how many processes.

    `target` is the import string as written (`shop.main:app`, `shop.main` for hypercorn or granian defaults),
    or None where the command names no application (`fastapi run` without a path: discovery decides).
    `path_target` is the file given to `fastapi run` or `python`, relative to the project's root.
    `factory` says that the target is called to make the application.
    `directory` is the folder, relative to the project's root, that the command runs in as far as the files tell
    (image WORKDIR mapped back to the project's folder), "" for the root.
    `workers` is what one server starts; `replicas` how many such servers run.
    `location` is the command itself; `related` are other lines that decided something (ENV, env_file, a script).
    `app_name` is the attribute that `fastapi run PATH --app NAME` names.
    `ignored_workers` is a number of workers that is written but without effect, because the server reloads.
    `search_path` are project folders that the command puts before the directory on the import path (`--app-dir`,
    `--pythonpath`, PYTHONPATH), in that order.
    """

    server: str
    target: str | None
    path_target: str | None
    factory: bool
    directory: str
    workers: Count
    replicas: Count
    location: Location
    related: tuple[tuple[Location, str], ...] = ()
    reload: Location | None = None
    preload: Location | None = None
    worker_class: tuple[str, Location] | None = None
    environment: tuple[tuple[str, str], ...] = ()
    is_development: bool = False
    app_name: str | None = None
    ignored_workers: Count | None = None
    search_path: tuple[str, ...] = ()

    @property
    def processes(self) -> Count:
        """Return workers times replicas: exact only where both are, at least the product where one is a lower bound."""
        value = self.workers.value * self.replicas.value
        kinds = {self.workers.kind, self.replicas.kind}
        if kinds == {CountKind.EXACT}:
            kind = CountKind.EXACT
        elif value > 1 or CountKind.AT_LEAST in kinds:
            kind = CountKind.AT_LEAST
        else:
            kind = CountKind.UNKNOWN
        place = self.workers.location if self.workers.value > 1 else self.replicas.location
        return Count(kind, value, place or self.workers.location)


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL server or a connection pooler that deployment files run; `limit` is its stated `max_connections`."""

    kind: Literal["postgresql", "pooler"]
    name: str
    """The compose service, which is its host name; empty where it has none."""
    limit: Count | None = None


@dataclass(frozen=True, slots=True)
class DeploymentProblem:
    """A deployment file that cannot be read or understood, with the place and the reason."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class DeploymentFacts:
    """All that the deployment files of a project say, in a stable order."""

    deployments: tuple[Deployment, ...]
    problems: tuple[DeploymentProblem, ...] = ()
    databases: tuple[Database, ...] = ()
