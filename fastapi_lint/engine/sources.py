"""What a report tells of the project beside its findings: applications and deployments, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Source
from fastapi_lint.facts.deployment.model import CountKind, Deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.model import App, Project

    Placing = Callable[[Location], Place]
    Located = tuple[str, str, Location]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a project beside its findings, with the locations that it is told of."""

    apps: tuple[Located, ...]
    """Each application with what it has."""
    entries: tuple[tuple[str, str], ...]
    """Each application with the file in which its life begins."""
    targets: tuple[Source, ...]
    deployments: tuple[Located, ...]

    def sources(self, place: Placing, shown: Callable[[str], str]) -> tuple[tuple[Source, ...], ...]:
        """Return applications, entries and deployments as people read them; `shown` gives the display path of one."""
        return (
            tuple(_source(one, place) for one in self.apps),
            tuple(Source(name, "application", shown(path)) for name, path in self.entries),
            _once(_source(one, place) for one in self.deployments),
        )


def told_of(project: Project, deployments: Iterable[Deployment], targets: tuple[Source, ...]) -> Told:
    """Return what is told of a project; of deployments those that were read, and those that scripts of it are."""
    known = dict.fromkeys(deployments)
    known.update(dict.fromkeys(served.deployment for app in project.apps for served in app.served))
    return Told(
        tuple((app.name, _contents(app), app.location) for app in project.apps),
        tuple((app.name, app.entry) for app in project.apps if not app.is_mounted),
        targets,
        tuple((*_words(one), one.location) for one in known),
    )


def _source(located: Located, place: Placing) -> Source:
    subject, value, location = located
    where = place(location)
    return Source(subject, value, f"{where.filename}:{where.start.row}")


def _contents(app: App) -> str:
    kind = "FastAPI" if app.is_fastapi else "Starlette"
    return f"{kind}, {len(app.stack)} middleware, {len(app.endpoints)} routes"


def _once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources without those of a subject and a place that were named before: one line started by several."""
    known: dict[tuple[str, str], Source] = {}
    for source in sources:
        known.setdefault((source.subject, source.origin), source)
    return tuple(known.values())


def _words(deployment: Deployment) -> tuple[str, str]:
    target = deployment.target or deployment.path_target or "?"
    count = deployment.processes
    words = {
        CountKind.EXACT: f"{count.value}",
        CountKind.AT_LEAST: f"at least {count.value}",
        CountKind.UNKNOWN: "an unknown number of",
    }[count.kind]
    kind = " (development)" if deployment.is_development else ""
    plural = "process" if count.value == 1 and count.kind is CountKind.EXACT else "processes"
    return f"{deployment.server} {target}", f"{words} {plural}{kind}"
