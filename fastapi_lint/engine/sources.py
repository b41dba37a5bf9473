"""What a report tells of the project beside its findings: applications and deployments, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Source
from fastapi_lint.facts.deployment.model import CountKind, Deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.engine.grade import Grader
    from fastapi_lint.lifecycle.model import App, Project

    Placing = Callable[[Location], Place]


def app_sources(project: Project, place: Placing) -> tuple[Source, ...]:
    """Return each application with what it has."""
    return tuple(_app_source(app, place(app.location)) for app in project.apps)


def entry_sources(project: Project, grader: Grader) -> tuple[Source, ...]:
    """Return where the life of each application begins."""
    apps = (app for app in project.apps if not app.is_mounted)
    return tuple(Source(app.name, "application", grader.shown(app.entry)) for app in apps)


def deployment_sources(deployments: Iterable[Deployment], project: Project, place: Placing) -> tuple[Source, ...]:
    """Return the deployments that were read, and those that scripts of the project are."""
    known = dict.fromkeys(deployments)
    known.update(dict.fromkeys(served.deployment for app in project.apps for served in app.served))
    return _once(_deployment_source(one, place(one.location)) for one in known)


def _app_source(app: App, place: Place) -> Source:
    kind = "FastAPI" if app.is_fastapi else "Starlette"
    value = f"{kind}, {len(app.stack)} middleware, {len(app.endpoints)} routes"
    return Source(app.name, value, f"{place.filename}:{place.start.row}")


def _once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources without those of a subject and a place that were named before: one line started by several."""
    known: dict[tuple[str, str], Source] = {}
    for source in sources:
        known.setdefault((source.subject, source.origin), source)
    return tuple(known.values())


def _deployment_source(deployment: Deployment, place: Place) -> Source:
    target = deployment.target or deployment.path_target or "?"
    count = deployment.processes
    words = {
        CountKind.EXACT: f"{count.value}",
        CountKind.AT_LEAST: f"at least {count.value}",
        CountKind.UNKNOWN: "an unknown number of",
    }[count.kind]
    kind = " (development)" if deployment.is_development else ""
    plural = "process" if count.value == 1 and count.kind is CountKind.EXACT else "processes"
    return Source(f"{deployment.server} {target}", f"{words} {plural}{kind}", f"{place.filename}:{place.start.row}")
