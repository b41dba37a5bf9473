"""One route of a trace as Markdown, for what an editor shows where the mouse rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.report.sanitize import sanitize
from fastapi_lint.report.trace_words import called, exits_text, name_text, path_text, shadow_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.request_story import Turn
    from fastapi_lint.lifecycle.story import AppStory, MiddlewareStory, RouteStory


def render(app: AppStory, route: RouteStory) -> str:
    """Return what happens to one request of a route, from the outside in; text of the project can only be text."""
    return "\n".join(_lines(app, route))


def code(text: str) -> str:
    """Return a text as a code span, whatever stands in it."""
    shown = sanitize(text)
    longest = max((len(run) for run in "".join(c if c == "`" else " " for c in shown).split()), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _lines(app: AppStory, route: RouteStory) -> Iterator[str]:
    yield f"**{code(f'{called(route)} {path_text(route)}')}** in {code(app.name)}\n"
    if not route.reachable:
        why = shadow_text(route.shadow) if route.shadow is not None else "its path has no slash at the front"
        yield f"Never reached: {code(why)}\n"
    yield from _stack("Middleware, from the outside in", app.middleware)
    for inner in route.mounted:
        yield f"1. Into the mounted application {code(name_text(inner.name))}"
        yield from _stack("Its middleware, from the outside in", inner.middleware)
    if route.kind not in {"http", "websocket"}:
        yield f"1. Handed to {code(name_text(route.endpoint))}"
        return
    turns = route.request.turns
    if turns:
        yield f"1. Dependencies, {_calls(len(route.request.calls))}"
        yield from (f"   {number}. {_turn(turn)}" for number, turn in enumerate(turns, 1))
    yield f"1. Endpoint {code(name_text(route.endpoint))}"
    ending = "the connection ends" if route.kind == "websocket" else "the response is sent"
    for when, words in (("before_response", f"before {ending}"), ("after_response", f"after {ending}")):
        exits = [one for one in route.request.exits if one.when == when]
        if exits:
            yield f"1. Exit code, {words}"
            yield from (f"   {number}. {code(exits_text(one))}" for number, one in enumerate(exits, 1))


def _stack(title: str, stack: tuple[MiddlewareStory, ...]) -> Iterator[str]:
    if stack:
        names = (f"{code(name_text(one.name))}{' (in a branch)' if one.is_conditional else ''}" for one in stack)
        yield f"1. {title}: {', '.join(names)}"


def _turn(turn: Turn) -> str:
    receiver = f" → {code(turn.parameter)}" if turn.parameter else ""
    if turn.is_cached:
        return f"{code(name_text(turn.name))}{receiver}, from the cache"
    again = ", runs again" if turn.again else ""
    return f"{code(name_text(turn.name))} ({turn.kind.replace('_', ' ')}{again}){receiver}"


def _calls(count: int) -> str:
    return f"{count} call{'' if count == 1 else 's'} in this order"
