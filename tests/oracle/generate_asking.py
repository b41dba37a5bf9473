"""How generated code asks for a dependency: markers, annotations, aliases, lists and parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.oracle.generate_modules import Chance, Module, Thing

WORDS = ("db", "user", "paging", "tenant", "token", "settings", "cache", "audit", "quota", "locale", "flags", "trace")


@dataclass(eq=False)
class Dependency:
    """Something that can stand in `Depends(...)`: each form has `{}` for the expression that reaches it."""

    thing: Thing
    forms: tuple[str, ...] = ("{}",)
    is_class: bool = False
    is_generator: bool = False
    is_http: bool = False
    """Whether it asks for a `Request`, which a websocket has not."""
    is_partial: bool = False
    """Whether the forms need `partial`."""
    is_another_name: bool = False
    """Whether this is another name for one that was written before."""


@dataclass(eq=False)
class Alias:
    """A name for an `Annotated[...]` with a dependency."""

    thing: Thing
    is_http: bool
    is_text: bool = True
    """Whether the type is one that can also be a parameter of the query."""


@dataclass
class Parameter:
    """One parameter of a function, as text."""

    name: str
    annotation: str = ""
    default: str = ""

    def __str__(self) -> str:
        text = f"{self.name}: {self.annotation}" if self.annotation else self.name
        if self.default:
            text += f" = {self.default}" if self.annotation else f"={self.default}"
        return text


@dataclass
class Asked:
    """Parameters, and whether they need an HTTP request."""

    parameters: list[Parameter] = field(default_factory=list)
    is_http: bool = False
    has_request: bool = False
    has_scopes: bool = False


@dataclass(eq=False)
class Asking:
    """What can be asked for, and the ways to do it."""

    chance: Chance
    has_scope: bool
    deck: list[Dependency] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    markers: list[Alias] = field(default_factory=list)
    """What is bound to a `Depends(...)` itself."""
    lists: list[Thing] = field(default_factory=list)
    """Lists of dependencies, none of which needs an HTTP request."""
    counter: int = 0

    def marker(self, module: Module, found: Dependency, *, may_scope: bool, lines: list[str] | None = None) -> str:
        """Return `Depends(...)` or `Security(...)` for a dependency."""
        options = ""
        if self.chance.often(12):
            options += ", use_cache=False"
        if may_scope and self.has_scope and self.chance.often(12):
            options += f', scope="{self.chance.choice(["function", "request"])}"'
        expression = self.expression(module, found, lines)
        if self.chance.often(12):
            scopes = self.chance.choice(['["read"]', '["write", "read"]', "[]", '("read",)'])
            options = options.partition(", scope=")[0]
            return f"{module.library('fastapi', 'Security')}({expression}, scopes={scopes}{options})"
        name = "dependency=" if self.chance.often(8) else ""
        return f"{module.library('fastapi', 'Depends')}({name}{expression}{options})"

    def expression(self, module: Module, found: Dependency, lines: list[str] | None = None) -> str:
        """Return what stands for the callable."""
        form = self.chance.choice(found.forms)
        expression = module.use(found.thing, lines)
        if found.is_partial and "partial(" in form:
            return form.format(expression).replace("partial(", f"{module.library('functools', 'partial')}(")
        return form.format(expression)

    def pick(self, *, is_websocket: bool = False) -> Dependency | None:
        """Return one that can be asked for."""
        able = [one for one in self.deck if not (one.is_http and is_websocket)]
        return self.chance.choice(able) if able else None

    def listed(self, module: Module, lines: list[str] | None = None, *, is_websocket: bool = False) -> str:
        """Return the text of a `dependencies=` list, empty where there is none."""
        found = [one for one in (self.pick(is_websocket=is_websocket) for _ in range(self.chance.below(1, 2))) if one]
        if not found:
            return ""
        style = self.chance.choice(["plain", "plain", "plain", "plain", "constant", "spread", "added", "comprehension"])
        if style == "comprehension":
            calls = ", ".join(self.expression(module, one, lines) for one in found)
            return f"[{module.library('fastapi', 'Depends')}(call) for call in ({calls},)]"
        markers = [self.marker(module, one, may_scope=True, lines=lines) for one in found]
        if style != "plain" and self.lists:
            constant = module.use(self.chance.choice(self.lists), lines)
            match style:
                case "constant":
                    return constant
                case "spread":
                    return f"[*{constant}, {markers[0]}]"
                case _:
                    return f"{constant} + [{markers[0]}]"
        return f"[{', '.join(markers)}]"

    def asked(
        self, module: Module, most: int, *, may_scope: bool, is_websocket: bool = False, is_plain: bool = False
    ) -> Asked:
        """Return parameters for a function; `is_plain` where its annotations are never looked up as text."""
        found = Asked()
        for index in range(self.chance.below(0, most)):
            name = f"{WORDS[(index * 5 + len(module.chunks)) % len(WORDS)]}_{index}"
            one = self._parameter(
                module, name, found, may_scope=may_scope, is_websocket=is_websocket, is_plain=is_plain
            )
            if one is not None:
                found.parameters.append(one)
        return found

    def _parameter(
        self, module: Module, name: str, found: Asked, *, may_scope: bool, is_websocket: bool, is_plain: bool
    ) -> Parameter | None:
        may_annotate = not (is_plain and module.is_future)
        aliases = [one for one in self.aliases if not (one.is_http and is_websocket)]
        if may_annotate and aliases and self.chance.often(25):
            return self._of_alias(module, name, self.chance.choice(aliases), found)
        if self.chance.often(12):
            return self._without(module, name, found, is_websocket=is_websocket, may_annotate=may_annotate)
        markers = [one for one in self.markers if not (one.is_http and is_websocket)]
        if markers and self.chance.often(12):
            marker = self.chance.choice(markers)
            found.is_http |= marker.is_http
            return Parameter(name, self.chance.choice(["str", ""]), module.use(marker.thing))
        one = self.pick(is_websocket=is_websocket)
        if one is None:
            return None
        found.is_http |= one.is_http
        if one.is_class and may_annotate and self.chance.often(50):
            annotation = module.use(one.thing)
            if self.chance.often(40):
                marker = f"{module.library('fastapi', 'Depends')}()"
                return Parameter(name, f"{module.library('typing', 'Annotated')}[{annotation}, {marker}]")
            return Parameter(name, annotation, f"{module.library('fastapi', 'Depends')}()")
        marker = self.marker(module, one, may_scope=may_scope)
        if may_annotate and self.chance.often(40):
            return Parameter(name, self._annotated(module, marker))
        return Parameter(name, self.chance.choice(["str", ""]), marker)

    def _annotated(self, module: Module, marker: str) -> str:
        annotated = module.library("typing", "Annotated")
        match self.chance.choice(["plain", "plain", "nested", "optional", "words"]):
            case "nested":
                return f'{annotated}[{annotated}[str, "inner"], {marker}]'
            case "optional":
                return f"{annotated}[{module.library('typing', 'Optional')}[str], {marker}]"
            case "words":
                return f'{annotated}[str, {marker}, "what it is"]'
            case _:
                return f"{annotated}[str, {marker}]"

    def _of_alias(self, module: Module, name: str, alias: Alias, found: Asked) -> Parameter:
        found.is_http |= alias.is_http
        expression = module.use(alias.thing)
        if alias.is_text and self.chance.often(15):
            # Within a union the framework sees no dependency: this is a parameter of the query.
            form = self.chance.choice([f"{module.library('typing', 'Optional')}[{expression}]", f"{expression} | None"])
            return Parameter(name, form, "None")
        if self.chance.often(15):
            return Parameter(name, f'{module.library("typing", "Annotated")}[{expression}, "more"]')
        return Parameter(name, expression)

    def _without(
        self, module: Module, name: str, found: Asked, *, is_websocket: bool, may_annotate: bool
    ) -> Parameter | None:
        """Return a parameter that asks for no dependency."""
        if not may_annotate:
            return Parameter(name, default="0")
        match self.chance.choice(["query", "request", "scopes", "annotated"]):
            # The framework gives one parameter of a function the request, and one the scopes.
            case "request" if not is_websocket and not found.has_request:
                found.is_http = found.has_request = True
                return Parameter(name, module.library("fastapi", "Request"))
            case "scopes" if not found.has_scopes:
                found.has_scopes = True
                return Parameter(name, module.library("fastapi.security", "SecurityScopes"))
            case "annotated":
                inner = f"{module.library('fastapi', 'Query')}(max_length=9)"
                return Parameter(name, f"{module.library('typing', 'Annotated')}[str, {inner}]", '"x"')
            case _:
                return Parameter(name, "int", "0")

    def signature(self, asked: Asked, *first: str) -> str:
        """Return the parameters in an order that Python accepts."""
        if len(asked.parameters) > 1 and self.chance.often(25):
            return ", ".join([*first, "*", *map(str, asked.parameters)])
        in_order = sorted(asked.parameters, key=lambda one: bool(one.default))
        return ", ".join([*first, *map(str, in_order)])
