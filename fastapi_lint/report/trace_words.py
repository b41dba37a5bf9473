"""The words of a trace that its formats for people share; all text of the project is sanitised here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.report.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.request_story import ExitStory, Turn
    from fastapi_lint.lifecycle.story import DeploymentStory, RouteStory, Shadow, TargetStory

VIA: Final[Mapping[str, str]] = MappingProxyType(
    {"add_middleware": "add_middleware", "decorator": "@app.middleware", "constructor": "middleware=[...]"}
)
"""How a middleware was registered, as people write it."""

_LONGEST: Final = 40


def name_text(name: str) -> str:
    """Return a name; what has none was not resolved."""
    return sanitize(name) or "(not resolved)"


def called(route: RouteStory) -> str:
    """Return a route's methods, or its kind in capitals."""
    if route.kind == "http":
        return ",".join(route.methods) or "ANY"
    return route.kind.upper()


def path_text(route: RouteStory) -> str:
    """Return a route's path."""
    if route.path is None:
        return "(path not resolved)"
    return sanitize(route.path) or "/"


def count_text(count: int, noun: str) -> str:
    """Return a number of things."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def processes_text(deployment: DeploymentStory) -> str:
    """Return how many processes a deployment starts."""
    kind = " (development)" if deployment.is_development else ""
    if deployment.processes is None:
        return f"an unknown number of processes{kind}"
    least = "" if deployment.is_exact else "at least "
    noun = "process" if deployment.processes == 1 else "processes"
    return f"{least}{deployment.processes} {noun}{kind}"


def shadow_text(shadow: Shadow) -> str:
    """Return which route answers instead."""
    methods = ",".join(shadow.methods)
    return f"{methods + ' ' if methods else ''}{sanitize(shadow.path)} answers before it"


def target_text(target: TargetStory) -> str:
    """Return the versions of a trace."""
    ranged = f", newest of {sanitize(target.accepted)}" if target.accepted != target.fastapi else ""
    return f"as FastAPI {target.fastapi}, Starlette {target.starlette} do it ({sanitize(target.source)}{ranged})"


def yields_text(turn: Turn, texts: Mapping[Location, str]) -> str:
    """Return what a generator gives: the text of its first `yield`."""
    if not turn.yields:
        return ""
    text = " ".join(texts.get(turn.yields[0], "").split())
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f", `{sanitize(text)}`" if text else ""


def exits_text(one: ExitStory) -> str:
    """Return which exit code runs."""
    return f"{name_text(one.name)} after its yield"
