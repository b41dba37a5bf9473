"""The `text` format of a trace: a tree for people, from the server to the last exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.report.columns import cells
from fastapi_lint.report.look import Look, Style
from fastapi_lint.report.sanitize import sanitize, sanitize_path
from fastapi_lint.report.trace_words import (
    VIA,
    called,
    count_text,
    exits_text,
    name_text,
    path_text,
    processes_text,
    shadow_text,
    target_text,
    yields_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.request_story import ExitStory, Turn
    from fastapi_lint.lifecycle.story import AppStory, HandlerStory, MiddlewareStory, RouteStory, Story

_WIDEST: Final = 92
_PLAIN: Final = str.maketrans({"├": "|", "└": "`", "─": "-", "│": "|", "…": "~", "→": ">", "✗": "x"})


@dataclass(frozen=True, slots=True)
class _Node:
    """A line of the tree and what is below it; `place` is where it comes from."""

    text: str
    place: str = ""
    below: tuple[_Node, ...] = ()
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class _Teller:
    at: Callable[[Location], Place]
    texts: Mapping[Location, str]

    def place(self, location: Location) -> str:
        place = self.at(location)
        return f"{sanitize_path(place.filename)}:{place.start.row}"


def render(
    story: Story,
    at: Callable[[Location], Place],
    texts: Mapping[Location, str],
    *,
    color: bool = False,
    is_plain: bool = False,
) -> str:
    """Return the tree of every application; `is_plain` draws it in ASCII."""
    if not story.apps:
        return "No application was found.\n"
    teller = _Teller(at, texts)
    look = Look(color=color)
    blocks = []
    for app in story.apps:
        lines = list(_lines(_app(app, teller), look, "", ""))
        blocks.append("".join(f"{line.rstrip()}\n" for line in lines))
    text = "\n".join(blocks)
    return text.translate(_PLAIN) if is_plain else text


def _lines(node: _Node, look: Look, first: str, rest: str, width: int = 0) -> Iterator[str]:
    padding = " " * max(2, width - cells(first) - cells(node.text) + 2) if node.place else ""
    yield f"{first}{look.paint(node.style, node.text)}{padding}{look.paint(Style.DIM, node.place)}"
    widest = max((cells(rest) + 3 + cells(one.text) for one in node.below if one.place), default=0)
    for index, one in enumerate(node.below):
        is_last = index == len(node.below) - 1
        yield from _lines(
            one,
            look,
            f"{rest}{'└─ ' if is_last else '├─ '}",
            f"{rest}{'   ' if is_last else '│  '}",
            min(widest, _WIDEST),
        )


def _app(app: AppStory, teller: _Teller) -> _Node:
    kind = "" if app.is_fastapi else " (Starlette)"
    is_one = len(app.routes) == 1 and app.routes[0].kind in {"http", "websocket"}
    parts = [
        _Node(target_text(app.target)),
        _group("Server", (_Node(*one) for one in _servers(app, teller)), "no deployment file starts it"),
        _group("Start-up and shutdown", _lifespan(app, teller), "nothing runs"),
        _group("Middleware, outermost first", _middleware(app.middleware, teller), "none"),
        _group("Exception handlers", _handlers(app.exception_handlers, teller), "none but the framework's own"),
    ]
    if is_one:
        parts.append(_request(app, app.routes[0], teller))
    else:
        title = f"Routes, in matching order ({count_text(len(app.routes), 'route')})"
        parts.append(_group(title, (_route(route, teller) for route in app.routes), "none"))
    if app.unknown:
        parts.append(
            _group("Not resolved", (_Node(sanitize(one.reason), teller.place(one.location)) for one in app.unknown), "")
        )
    return _Node(f"{name_text(app.name)}{kind}", teller.place(app.location), tuple(parts), Style.BOLD)


def _group(title: str, nodes: Iterable[_Node], nothing: str) -> _Node:
    below = tuple(nodes)
    return _Node(title, "", below, Style.GUTTER) if below else _Node(f"{title}: {nothing}", "", (), Style.GUTTER)


def _servers(app: AppStory, teller: _Teller) -> Iterator[tuple[str, str]]:
    for one in app.deployments:
        yield f"{sanitize(one.server)}, {processes_text(one)}", teller.place(one.location)


def _lifespan(app: AppStory, teller: _Teller) -> Iterator[_Node]:
    for one in app.lifespan:
        text = f"{one.kind}  {name_text(one.name)}"
        if one.runs:
            yield _Node(text, teller.place(one.location))
        else:
            why = "the application is mounted" if app.is_mounted else "it is ignored"
            yield _Node(f"✗ {text}: never runs, {why}", teller.place(one.location), (), Style.WARNING)


def _middleware(stack: Iterable[MiddlewareStory], teller: _Teller) -> Iterator[_Node]:
    for number, one in enumerate(stack, 1):
        condition = ", in a branch" if one.is_conditional else ""
        yield _Node(f"{number}. {name_text(one.name)} ({VIA[one.via]}{condition})", teller.place(one.location))


def _handlers(handlers: Iterable[HandlerStory], teller: _Teller) -> Iterator[_Node]:
    for one in handlers:
        outermost = " (outside of all middleware)" if one.is_outermost else ""
        yield _Node(f"{name_text(one.handles)} → {name_text(one.name)}{outermost}", teller.place(one.location))


def _route(route: RouteStory, teller: _Teller) -> _Node:
    text = _title(route)
    if route.reachable:
        calls = len(route.request.calls)
        more = f", {count_text(calls, 'dependency call')}" if calls else ""
        return _Node(f"{text} → {name_text(route.endpoint)}{more}", teller.place(route.location))
    below: tuple[_Node, ...] = ()
    if route.shadow is not None:
        below = (_Node(shadow_text(route.shadow), teller.place(route.shadow.location)),)
    reason = "" if below else ": its path has no slash at the front"
    return _Node(f"✗ {text}: never reached{reason}", teller.place(route.location), below, Style.WARNING)


def _title(route: RouteStory) -> str:
    return f"{called(route)} {path_text(route)}"


def _request(app: AppStory, route: RouteStory, teller: _Teller) -> _Node:
    """Return what one request does, step by step."""
    mounted = [one for inner in route.mounted for one in inner.middleware]
    handlers = route.mounted[-1].exception_handlers if route.mounted else app.exception_handlers
    early = [one for one in route.request.exits if one.when == "before_response"]
    late = [one for one in route.request.exits if one.when == "after_response"]
    ending = "the connection ends" if route.kind == "websocket" else "the response is sent"
    steps = [
        *([_shadowed(route, teller)] if not route.reachable else []),
        _Node(f"middleware, {len(app.middleware)} from the outside in"),
        *(
            [_group("middleware of the mounted application", _middleware(mounted, teller), "none")]
            if route.mounted
            else []
        ),
        _group("dependencies", _turns(route.request.turns, teller), "none"),
        _Node(f"endpoint  {name_text(route.endpoint)}", teller.place(route.definition or route.location)),
        *([_group(f"exit code, before {ending}", _exits(early, teller), "")] if early else []),
        _Node(f"{ending}, middleware from the inside out"),
        *([_group(f"exit code, after {ending}", _exits(late, teller), "")] if late else []),
        _group("an exception is answered by", _handlers(handlers, teller), "the framework's own handlers"),
    ]
    return _Node(f"Request: {_title(route)}", teller.place(route.location), tuple(steps), Style.GUTTER)


def _shadowed(route: RouteStory, teller: _Teller) -> _Node:
    if route.shadow is None:
        return _Node("✗ never reached: its path has no slash at the front", "", (), Style.WARNING)
    return _Node(
        f"✗ never reached: {shadow_text(route.shadow)}", teller.place(route.shadow.location), (), Style.WARNING
    )


def _turns(turns: Iterable[Turn], teller: _Teller) -> Iterator[_Node]:
    number = 0
    for turn in turns:
        what = name_text(turn.name)
        receiver = f" → {sanitize(turn.parameter)}" if turn.parameter else ""
        if turn.is_cached:
            yield _Node(f"=  {what}{receiver}: from the cache", teller.place(turn.location), (), Style.DIM)
            continue
        number += 1
        again = ", runs again" if turn.again else ""
        given = yields_text(turn, teller.texts)
        text = f"{number}. {what} ({turn.kind.replace('_', ' ')}{again}){receiver}{given}"
        yield _Node(text, teller.place(turn.location), (), Style.WARNING if turn.again else Style.PLAIN)


def _exits(exits: Iterable[ExitStory], teller: _Teller) -> Iterator[_Node]:
    for one in exits:
        yield _Node(exits_text(one), teller.place(one.location))
