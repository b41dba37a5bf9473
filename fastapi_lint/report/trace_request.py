"""What one request to a route does, step by step, as a part of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.report.markup import Markup, element, joined
from fastapi_lint.report.trace_words import called, exits_text, name_text, path_text, shadow_text, yields_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.request_story import ExitStory, Turn
    from fastapi_lint.lifecycle.story import AppStory, RouteStory
    from fastapi_lint.report.trace_parts import Parts


def request(app: AppStory, route: RouteStory, key: str, parts: Parts) -> Markup:
    """Return the story of one request to a route; `key` is its identifier."""
    return element(
        "article",
        {"class": "story", "id": key, "aria-labelledby": f"{key}title", "tabindex": "-1"},
        element(
            "h4",
            {"id": f"{key}title"},
            element("span", {"class": "verb"}, called(route)),
            " ",
            element("span", {"class": "path"}, path_text(route)),
            " ",
            parts.place(route.location),
        ),
        _shadow(route, parts),
        element("ol", {}, *(element("li", {}, *step) for step in _steps(app, route, key, parts))),
        *_issues(route, parts),
    )


def _shadow(route: RouteStory, parts: Parts) -> Markup | None:
    if route.reachable:
        return None
    why: list[Markup | str] = ["its path has no slash at the front"]
    if route.shadow is not None:
        why = [shadow_text(route.shadow), " ", parts.place(route.shadow.location)]
    return element("p", {"class": "issue"}, "Never reached: ", *why)


def _steps(app: AppStory, route: RouteStory, key: str, parts: Parts) -> Iterator[tuple[Markup | str, ...]]:
    count = len(app.middleware)
    ending = "the connection ends" if route.kind == "websocket" else "the response is sent"
    if count:
        yield (f"Through {count} middleware, from the outside in",)
    for number, inner in enumerate(route.mounted):
        layers = element("ul", {}, *parts.middleware(inner.middleware, f"{key}i{number}")) if inner.middleware else ""
        yield "Into the mounted application ", element("span", {"class": "name"}, name_text(inner.name)), layers
    if route.kind in {"http", "websocket"}:
        turns = tuple(_turns(route.request.turns, parts))
        if turns:
            yield "Dependencies", element("ol", {}, *turns)
        place = parts.place(route.definition or route.location)
        yield "Endpoint ", element("span", {"class": "name"}, name_text(route.endpoint)), " ", place
    else:
        yield "Handed to ", element("span", {"class": "name"}, name_text(route.endpoint))
    exits = route.request.exits
    yield from _exits([one for one in exits if one.when == "before_response"], f"before {ending}", parts)
    yield (f"{ending[0].upper()}{ending[1:]}" + (", middleware from the inside out" if count else ""),)
    yield from _exits([one for one in exits if one.when == "after_response"], f"after {ending}", parts)
    handlers = route.mounted[-1].exception_handlers if route.mounted else app.exception_handlers
    if handlers:
        yield "An exception is answered by", element("ul", {}, *parts.handlers(handlers))


def _turns(turns: Iterable[Turn], parts: Parts) -> Iterator[Markup]:
    for turn in turns:
        receiver = f" → {turn.parameter}" if turn.parameter else ""
        name = element("span", {"class": "name"}, name_text(turn.name))
        if turn.is_cached:
            yield element("li", {"class": "cached"}, name, f"{receiver}: from the cache ", parts.place(turn.location))
            continue
        again = element("span", {"class": "again"}, ", runs again") if turn.again else ""
        yield element(
            "li",
            {},
            name,
            joined([f" ({turn.kind.replace('_', ' ')}", again, f"){receiver}{yields_text(turn, parts.texts)} "]),
            parts.place(turn.location),
        )


def _exits(exits: list[ExitStory], when: str, parts: Parts) -> Iterator[tuple[Markup | str, ...]]:
    if exits:
        items = (element("li", {}, exits_text(one), " ", parts.place(one.location)) for one in exits)
        yield f"Exit code, {when}", element("ol", {}, *items)


def _issues(route: RouteStory, parts: Parts) -> Iterator[Markup]:
    found = parts.of_route(route)
    if found:
        yield element("h4", {}, "Findings")
        yield from parts.issues(found)
