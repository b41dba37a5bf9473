"""The `html` format of a trace: one page that needs nothing outside of it, with onion, routes and findings."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fastapi_lint.report.markup import Markup, element, embedded, joined
from fastapi_lint.report.trace_findings import findings_of
from fastapi_lint.report.trace_json import as_json
from fastapi_lint.report.trace_onion import Ring, onion
from fastapi_lint.report.trace_parts import Parts
from fastapi_lint.report.trace_request import request
from fastapi_lint.report.trace_words import called, count_text, name_text, path_text, target_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fastapi_lint.core.finding import Place, Report
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.story import AppStory, RouteStory, Story

_POLICY: Final = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


def render(
    story: Story, at: Callable[[Location], Place], texts: Mapping[Location, str], report: Report | None = None
) -> str:
    """Return the page."""
    parts = Parts(at, texts, findings_of(story, report, at))
    style, script = (_file(name) for name in ("page.css", "page.js"))
    title = ", ".join(app.name for app in story.apps) or "no application"
    page = {
        "policy": _escaped(_POLICY.format(style=_digest(style), script=_digest(script))),
        "title": element("span", {}, f"Request lifecycle: {title}").removeprefix("<span>").removesuffix("</span>"),
        "style": style,
        "body": _body(story, parts),
        "data": embedded(as_json(story, at)),
        "script": script,
    }
    # Split, so that no text that is put in is searched for a place to put another.
    pieces = _file("page.html").split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}}")
        filled += [page[name], rest]
    return "".join(filled)


def _file(name: str) -> str:
    return (files("fastapi_lint.report") / "page" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _escaped(text: str) -> Markup:
    return joined([text])


def _body(story: Story, parts: Parts) -> Markup:
    names = [element("a", {"href": f"#a{number}"}, app.name) for number, app in enumerate(story.apps)]
    several = element("ul", {}, *(element("li", {}, name) for name in names)) if len(names) > 1 else None
    rest = parts.findings.rest
    elsewhere = (
        element("section", {"aria-label": "Other findings"}, element("h2", {}, "Other findings"), *parts.issues(rest))
        if rest
        else None
    )
    return joined(
        [
            element("a", {"class": "skip", "href": "#content"}, "Skip to the applications"),
            element(
                "header",
                {},
                element("h1", {}, "Request lifecycle"),
                element("p", {"class": "note"}, f"{target_text(story.target)}. Read from the code; nothing was run."),
                element("nav", {"aria-label": "Applications"}, several) if several is not None else None,
            ),
            element(
                "main",
                {"id": "content", "tabindex": "-1"},
                *(_app(app, number, parts) for number, app in enumerate(story.apps)),
                element("p", {}, "No application was found.") if not story.apps else None,
                elsewhere,
            ),
        ]
    )


def _app(app: AppStory, number: int, parts: Parts) -> Markup:
    key = f"a{number}"
    details = joined(
        [
            parts.group("Server", parts.servers(app), "No deployment file starts it."),
            parts.group("Start-up and shutdown", parts.lifespan(app), "Nothing runs."),
            parts.group("Middleware, outermost first", parts.middleware(app.middleware, key), "None.", is_ordered=True),
            parts.group("Exception handlers", parts.handlers(app.exception_handlers, key), "The framework's own."),
            parts.group("Not resolved", parts.unknown(app), "") if app.unknown else None,
        ]
    )
    return element(
        "section",
        {"class": "app", "id": key, "data-app": number, "aria-label": app.name},
        element("h2", {}, app.name, " ", parts.place(app.location)),
        element(
            "div",
            {"class": "columns"},
            element("div", {"class": "beside"}, _onion(app, key, parts)),
            element("div", {}, details, _routes(app, key, parts)),
        ),
    )


def _onion(app: AppStory, key: str, parts: Parts) -> Markup:
    outer = [one for one in app.exception_handlers if one.is_outermost]
    inner = [one for one in app.exception_handlers if not one.is_outermost]
    rings: list[Ring] = []
    if outer:
        rings.append(Ring("errors", "Handlers of any exception, outside of all middleware", f"{key}h"))
    for index, one in enumerate(app.middleware):
        has_findings = bool(parts.findings.of(one.location, one.definition))
        title = f"{index + 1}. {name_text(one.name)}, {parts.place_text(one.location)}"
        short = name_text(one.name).rpartition(":")[2].rpartition(".")[2]
        rings.append(
            Ring(
                f"{index + 1}. {short}",
                f"{title}, has findings" if has_findings else title,
                f"{key}m{index}",
                has_findings,
            )
        )
    if inner:
        rings.append(Ring("exception handlers", f"{count_text(len(inner), 'exception handler')}", f"{key}h"))
    rings.append(Ring("router", f"Router, {count_text(len(app.routes), 'route')}", f"{key}routes"))
    return onion(rings, f"Middleware of {name_text(app.name)} around the router, outermost first", key)


def _routes(app: AppStory, key: str, parts: Parts) -> Markup:
    if not app.routes:
        return element("p", {"id": f"{key}routes"}, "No routes.")
    title = f"Routes, in matching order ({len(app.routes)})"
    search = element(
        "div",
        {"class": "search", "hidden": True},
        element("label", {"for": f"{key}search"}, "Search routes"),
        element(
            "input", {"type": "search", "id": f"{key}search", "autocomplete": "off", "aria-controls": f"{key}list"}
        ),
    )
    items = (_item(route, f"{key}r{index}", parts) for index, route in enumerate(app.routes))
    stories = (request(app, route, f"{key}r{index}", parts) for index, route in enumerate(app.routes))
    return joined(
        [
            element("h3", {"id": f"{key}routes", "tabindex": "-1"}, title),
            element(
                "div",
                {"class": "picker"},
                element(
                    "nav",
                    {"aria-label": f"Routes of {app.name}"},
                    search,
                    element("p", {"role": "status", "class": "note"}),
                    element("ul", {"class": "routes", "id": f"{key}list"}, *items),
                ),
                element("div", {}, *stories),
            ),
        ]
    )


def _item(route: RouteStory, key: str, parts: Parts) -> Markup:
    count = len(parts.of_route(route))
    return element(
        "li",
        {},
        element(
            "a",
            {"href": f"#{key}"},
            element("span", {"class": "verb"}, called(route)),
            " ",
            element("span", {"class": "path"}, path_text(route)),
            *_flags(route, count),
        ),
    )


def _flags(route: RouteStory, findings: int) -> Iterable[Markup | str]:
    if not route.reachable:
        yield from (" ", element("span", {"class": "flag"}, "never reached"))
    if findings:
        yield from (" ", element("span", {"class": "flag"}, count_text(findings, "finding")))
