"""The parts of a trace that the page shows as lists, each with its place and its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.report.markup import Markup, element, joined
from fastapi_lint.report.trace_words import VIA, name_text, processes_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fastapi_lint.core.finding import Diagnostic, Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.story import AppStory, HandlerStory, MiddlewareStory, RouteStory
    from fastapi_lint.report.trace_findings import Findings


@dataclass(frozen=True, slots=True)
class Parts:
    """What the lists are made of: places, source texts and findings."""

    at: Callable[[Location], Place]
    texts: Mapping[Location, str]
    findings: Findings

    def place_text(self, location: Location) -> str:
        """Return a place as `file:row`."""
        place = self.at(location)
        return f"{place.filename}:{place.start.row}"

    def place(self, location: Location) -> Markup:
        """Return a place."""
        return element("span", {"class": "place"}, self.place_text(location))

    def group(self, title: str, items: Iterable[Markup], nothing: str, *, is_ordered: bool = False) -> Markup:
        """Return a titled list of items."""
        found = tuple(items)
        name = "ol" if is_ordered else "ul"
        content = element(name, {}, *found) if found else element("p", {"class": "note"}, nothing)
        return joined([element("h3", {}, title), content])

    def issues(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Markup]:
        """Yield findings, each with its rule, message, place and documentation."""
        for one in diagnostics:
            place = f"{one.place.filename}:{one.place.start.row}"
            link = element("a", {"href": one.url, "rel": "noreferrer"}, one.code) if one.url else one.code
            yield element(
                "div",
                {"class": f"issue {one.severity.value}", "role": "note"},
                element("strong", {}, link, f" {one.severity.value}: "),
                _message(one.message),
                " ",
                element("span", {"class": "place"}, place),
                element("div", {"class": "note"}, _message(one.help)) if one.help else None,
            )

    def servers(self, app: AppStory) -> Iterator[Markup]:
        """Yield the deployments."""
        for one in app.deployments:
            yield self._item(f"{one.server}, {processes_text(one)}", one.location, None)

    def lifespan(self, app: AppStory) -> Iterator[Markup]:
        """Yield lifespans and event handlers."""
        why = "the application is mounted" if app.is_mounted else "it is ignored"
        for one in app.lifespan:
            flag = None if one.runs else element("span", {"class": "flag"}, f"never runs, {why}")
            name = joined([f"{one.kind} ", element("span", {"class": "name"}, name_text(one.name))])
            yield self._item(name, one.location, one.definition, flag)

    def middleware(self, stack: Iterable[MiddlewareStory], key: str) -> Iterator[Markup]:
        """Yield middleware; `key` begins their identifiers."""
        for index, one in enumerate(stack):
            condition = ", in a branch" if one.is_conditional else ""
            name = joined([element("span", {"class": "name"}, name_text(one.name)), f" ({VIA[one.via]}{condition})"])
            yield self._item(name, one.location, one.definition, None, f"{key}m{index}")

    def handlers(self, handlers: Iterable[HandlerStory], key: str = "") -> Iterator[Markup]:
        """Yield exception handlers; the first has the identifier of all where there is a key."""
        for index, one in enumerate(handlers):
            outermost = " (outside of all middleware)" if one.is_outermost else ""
            name = joined(
                [
                    element("span", {"class": "name"}, name_text(one.handles)),
                    " → ",
                    element("span", {"class": "name"}, name_text(one.name)),
                    outermost,
                ]
            )
            yield self._item(name, one.location, one.definition, None, f"{key}h" if key and not index else None)

    def unknown(self, app: AppStory) -> Iterator[Markup]:
        """Yield what was not resolved."""
        for one in app.unknown:
            yield self._item(one.reason, one.location, None)

    def of_route(self, route: RouteStory) -> tuple[Diagnostic, ...]:
        """Return the findings of a route and of its dependencies, each once."""
        found = {id(one): one for one in self.findings.of(route.location, route.definition)}
        for turn in route.request.turns:
            found.update({id(one): one for one in self.findings.of(turn.location, turn.definition)})
        return tuple(found.values())

    def _item(
        self,
        text: Markup | str,
        location: Location,
        definition: Location | None,
        flag: Markup | None = None,
        key: str | None = None,
    ) -> Markup:
        return element(
            "li",
            {"id": key, "tabindex": "-1" if key is not None else None},
            text,
            " ",
            self.place(location),
            *((" ", flag) if flag is not None else ()),
            *self.issues(self.findings.of(location, definition)),
        )


def _message(text: str) -> Markup:
    """Return a message with what stands between backticks as code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return joined([text])
    return joined(element("code", {}, piece) if index % 2 else piece for index, piece in enumerate(pieces))
