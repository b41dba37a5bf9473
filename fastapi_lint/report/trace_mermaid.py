"""The `mermaid` format of a trace: a flowchart of each application, or a sequence diagram of one request."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from fastapi_lint.report.sanitize import sanitize, sanitize_path
from fastapi_lint.report.trace_words import VIA, called, name_text, path_text, processes_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.story import AppStory, RouteStory, Story

_SPECIAL: Final = re.compile(r"[^\w /.:,(){}=*+@-]|_(?=_)")


def render(story: Story, at: Callable[[Location], Place], *, is_one_route: bool = False) -> str:
    """Return a sequence diagram where one route was asked for, else a flowchart of every application."""
    lines = list(_sequence(story, at) if is_one_route and story.apps else _flowchart(story, at))
    return "".join(f"{line}\n" for line in lines)


def _text(text: str) -> str:
    """Return a text as a label in which nothing is syntax: everything unusual becomes an entity code."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", sanitize(text))


def _place(at: Callable[[Location], Place], location: Location) -> str:
    place = at(location)
    return f"{_text(sanitize_path(place.filename))}:{place.start.row}"


def _flowchart(story: Story, at: Callable[[Location], Place]) -> Iterator[str]:
    yield "flowchart TD"
    for number, app in enumerate(story.apps, 1):
        yield f'  subgraph a{number}["{_text(app.name)}"]'
        yield from (f"    {line}" for line in _app(app, f"a{number}", at))
        yield "  end"


def _app(app: AppStory, key: str, at: Callable[[Location], Place]) -> Iterator[str]:
    chain = []
    for number, served in enumerate(app.deployments, 1):
        text = f"{_text(served.server)}, {_text(processes_text(served))}"
        yield f'{key}s{number}(["{text}<br/>{_place(at, served.location)}"]) --> {key}start'
    yield f'{key}start(["start-up"])'
    for number, one in enumerate(one for one in app.lifespan if one.runs and one.kind != "shutdown"):
        name = f"{key}l{number}"
        yield f'{name}["{one.kind}: {_text(name_text(one.name))}<br/>{_place(at, one.location)}"]'
        chain.append(name)
    for number, layer in enumerate(app.middleware):
        name = f"{key}m{number}"
        text = f"{_text(name_text(layer.name))}<br/>{_text(VIA[layer.via])}, {_place(at, layer.location)}"
        yield f'{name}[/"{text}"/]'
        chain.append(name)
    yield f'{key}router{{{{"router"}}}}'
    yield " --> ".join([f"{key}start", *chain, f"{key}router"])
    for number, route in enumerate(app.routes):
        title = f"{_text(called(route))} {_text(path_text(route))}<br/>{_text(name_text(route.endpoint))}"
        arrow = "-->" if route.reachable else "-. never reached .->"
        yield f'{key}router {arrow} {key}r{number}["{title}"]'


def _sequence(story: Story, at: Callable[[Location], Place]) -> Iterator[str]:
    app = story.apps[0]
    yield "sequenceDiagram"
    yield "  participant client as client"
    for number, layer in enumerate(app.middleware):
        yield f"  participant m{number} as {_text(name_text(layer.name))}"
    yield "  participant router as router"
    yield "  participant dependencies as dependencies"
    yield "  participant endpoint as endpoint"
    for route in app.routes:
        yield from (f"  {line}" for line in _request(app, route, at))


def _request(app: AppStory, route: RouteStory, at: Callable[[Location], Place]) -> Iterator[str]:
    title = f"{_text(called(route))} {_text(path_text(route))}"
    stops = ["client", *(f"m{number}" for number in range(len(app.middleware))), "router"]
    yield f"Note over client: {title}"
    if not route.reachable:
        by = f": {_text(route.shadow.path)} answers before it" if route.shadow is not None else ""
        yield f"Note over router: never reached{by}"
    for before, after in pairwise(stops):
        yield f"{before}->>{after}: request"
    for turn in route.request.turns:
        if turn.is_cached:
            yield f"Note over dependencies: {_text(name_text(turn.name))} from the cache"
        else:
            again = ", again" if turn.again else ""
            where = _place(at, turn.location)
            yield f"router->>dependencies: {_text(name_text(turn.name))} ({_text(turn.kind)}{again}) {where}"
    yield f"router->>endpoint: {_text(name_text(route.endpoint))}"
    yield "endpoint-->>router: result"
    for one in route.request.exits:
        if one.when == "before_response":
            yield f"router->>dependencies: exit of {_text(name_text(one.name))}"
    for after, before in pairwise(reversed(stops)):
        yield f"{after}-->>{before}: response"
    for one in route.request.exits:
        if one.when == "after_response":
            yield f"router->>dependencies: exit of {_text(name_text(one.name))}"
