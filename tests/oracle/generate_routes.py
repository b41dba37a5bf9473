"""The routes of a generated project and the inclusions of its routers, by every way to register them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.generate_dependencies import Dependencies
    from tests.oracle.generate_modules import Chance, Module, Thing

VERBS = ("get", "post", "put", "delete", "patch", "options", "head", "trace")
PLACES = ("items", "users", "orders", "reports", "files", "teams", "events", "search", "carts", "notes", "tags", "jobs")


@dataclass
class Place:
    """Where statements go: a module's top level or a function of it; `target` is the application or router there."""

    module: Module
    target: str
    in_function: bool = False
    is_app: bool = False
    has_prefix: bool = False
    """Whether the router has a prefix of its own, so that a path may be empty."""

    def imports(self, chance: Chance) -> list[str] | None:
        """Return a list for the imports of a function, None where they stand at the module's top."""
        return [] if self.in_function and chance.often(30) else None

    def define(self, wanted: str) -> str:
        """Return a new name for something that is defined here."""
        return self.module.local(wanted) if self.in_function else self.module.define(wanted).name


@dataclass(eq=False)
class Router:
    """A router, or what makes one; a form has `{}` for the expression."""

    thing: Thing
    forms: tuple[str, ...] = ("{}",)


@dataclass(eq=False)
class Routes:
    """Writes routes and inclusions; what it writes is valid for the version."""

    chance: Chance
    version: tuple[int, ...]
    dependencies: Dependencies
    routers: list[Router] = field(default_factory=list)
    registries: list[tuple[Thing, str]] = field(default_factory=list)
    """Lists and dictionaries of routers, each with its kind."""
    texts: list[tuple[Thing, str]] = field(default_factory=list)
    """Texts that paths are made of, each with a form that has `{}` for the expression."""
    method_lists: list[Thing] = field(default_factory=list)
    middleware: list[tuple[Thing, str]] = field(default_factory=list)
    """Each with its kind: class or function."""
    errors: list[Thing] = field(default_factory=list)
    handlers: list[Thing] = field(default_factory=list)
    lifespans: list[Thing] = field(default_factory=list)
    handlers_of_events: list[Thing] = field(default_factory=list)
    sub_apps: list[Thing] = field(default_factory=list)
    endpoints: list[Thing] = field(default_factory=list)
    plain_endpoints: list[Thing] = field(default_factory=list)
    counter: int = 0

    # ---------------------------------------------------------------- texts

    def word(self) -> str:
        self.counter += 1
        return f"{PLACES[self.counter % len(PLACES)]}{self.counter}"

    def prefix(self, module: Module) -> str:
        """Return an expression for a prefix."""
        word = self.chance.choice([self.word(), f"{self.word()}/{{key_{self.counter}}}", f"v{self.counter}"])
        return self._text(module, f"/{word}")

    def _text(self, module: Module, literal: str) -> str:
        styles = ["literal", "literal", "literal", "constant", "formatted", "added", "format", "percent", "joined"]
        style = self.chance.choice(styles)
        if style == "literal" or not self.texts:
            return f'"{literal}"'
        thing, form = self.chance.choice(self.texts)
        expression = form.format(module.use(thing))
        escaped = literal.replace("{", "{{").replace("}", "}}")
        match style:
            case "constant":
                return expression
            case "formatted":
                return f"f'{{{expression}}}{escaped}'"
            case "format":
                return f'"{{}}{escaped}".format({expression})'
            case "percent":
                return f'"%s{literal}" % {expression}'
            case "joined":
                return f'"".join(({expression}, "{literal}"))'
            case _:
                return f'{expression} + "{literal}"'

    def path(self, place: Place) -> str:
        """Return an expression for the path of a route; few paths are given twice or cover others."""
        options = ["word", "word", "word", "word", "parameter", "parameter", "collision"]
        match self.chance.choice([*options, "empty"] if place.has_prefix else options):
            case "parameter":
                convertor = self.chance.choice(["", "", ":int", ":path", ":float", ":uuid"])
                return self._text(place.module, f"/{self.word()}/{{id_{self.counter}{convertor}}}")
            case "collision":
                common = ["/same", "/same", "/same/{one}", "/same/{one:int}", "/{any}", "/same/one", "/docs"]
                return f'"{self.chance.choice(common)}"'
            case "empty":
                return '""'
            case _:
                return self._text(place.module, f"/{self.word()}")

    def methods(self, module: Module) -> str:
        if self.method_lists and self.chance.often(25):
            return module.use(self.chance.choice(self.method_lists))
        return self.chance.choice(['["GET"]', '["POST", "PUT"]', '["get", "delete"]', '("GET", "HEAD")', '{"PATCH"}'])

    # ---------------------------------------------------------------- routes

    def routes(self, place: Place) -> list[str]:
        """Return a statement that adds one route or several."""
        kinds: list[Callable[[Place], list[str]]] = [self._decorated] * 6
        kinds += [self._api_route, self._stacked, self._added, self._added, self._websocket, self._plain, self._loop]
        kinds += [self._by_name, self._logged]
        return self.chance.choice(kinds)(place)

    def _options(self, place: Place, *, is_websocket: bool = False) -> str:
        options = ""
        if self.chance.often(20):
            listed = self.dependencies.listed(place.module, is_websocket=is_websocket)
            options += f", dependencies={listed}" if listed else ""
        if not is_websocket and self.chance.often(15):
            options += self.chance.choice([', tags=["x"]', ", include_in_schema=False", ', summary="s"'])
        return options

    def _function(self, place: Place, name: str, *first: str, returns: str = "{}") -> list[str]:
        asked = self.dependencies.asked(place.module, 3, may_scope=True)
        prefix = self.chance.choice(["def", "async def"])
        signature = self.dependencies.signature(asked, *first)
        arrow = self.chance.choice(["", "", " -> dict", " -> dict[str, str]"]) if returns == "{}" else ""
        return [f"{prefix} {name}({signature}){arrow}:", "    note()", f"    return {returns}"]

    def _decorated(self, place: Place) -> list[str]:
        name = place.define(f"read_{self.word()}")
        verb = self.chance.choice(VERBS if self.chance.often(40) else VERBS[:2])
        target = self._target(place)
        path = self.path(place)
        named = "path=" if self.chance.often(5) else ""
        return [f"@{target}.{verb}({named}{path}{self._options(place)})", *self._function(place, name)]

    def _target(self, place: Place) -> str:
        """Return the object itself, or the router of an application."""
        return f"{place.target}.router" if place.is_app and self.chance.often(8) else place.target

    def _api_route(self, place: Place) -> list[str]:
        name = place.define(f"handle_{self.word()}")
        methods = f", methods={self.methods(place.module)}" if self.chance.often(80) else ""
        line = f"@{place.target}.api_route({self.path(place)}{methods}{self._options(place)})"
        return [line, *self._function(place, name)]

    def _stacked(self, place: Place) -> list[str]:
        name = place.define(f"both_{self.word()}")
        lines = [f"@{place.target}.get({self.path(place)}{self._options(place)})"]
        lines.append(f"@{place.target}.{self.chance.choice(VERBS)}({self.path(place)}{self._options(place)})")
        return [*lines, *self._function(place, name)]

    def _by_name(self, place: Place) -> list[str]:
        """Return a loop over names of methods."""
        if place.module.dotted.endswith(".server"):
            # Nothing in such a module says that it registers something, so that nobody looks into it.
            return self._decorated(place)
        name, verb = place.define(f"any_{self.word()}"), place.module.local("verb")
        lines = self._function(place, name)
        verbs = self.chance.choice(['("get", "post")', '["put"]', '("delete", "patch", "get")'])
        call = f"getattr({place.target}, {verb})({self.path(place)}{self._options(place)})({name})"
        return [*lines, f"for {verb} in {verbs}:", f"    {call}"]

    def _logged(self, place: Place) -> list[str]:
        """Return an endpoint that is wrapped before it is registered."""
        wraps = place.module.library("functools", "wraps")
        wrapper, name = place.define("timed"), place.define(f"wrapped_{self.word()}")
        inner = self._function(place, name)
        is_async = inner[0].startswith("async")
        opening, awaiting = ("async def", "await ") if is_async else ("def", "")
        lines = [f"def {wrapper}(function):", f"    @{wraps}(function)", f"    {opening} inner(*args, **kwargs):"]
        lines += [f"        return {awaiting}function(*args, **kwargs)", "    return inner"]
        verb = self.chance.choice(VERBS)
        register = f"@{place.target}.{verb}({self.path(place)}{self._options(place)})"
        return [*lines, register, f"@{wrapper}", *inner]

    def endpoint(self, module: Module) -> None:
        """Write an endpoint that is registered elsewhere."""
        place = Place(module, "")
        match self.chance.choice(["function", "function", "method", "instance"]):
            case "method":
                owner = module.define("Views")
                lines = self._function(place, "show", "self")
                module.add(f"class {owner.name}:", *(f"    {line}" for line in lines))
                made = module.define("views")
                module.add(f"{made.name} = {owner.name}()")
                made.suffix = ".show"
                # The name stands for the object, the thing for what is reached through it.
                self.endpoints.append(made)
            case "instance" if not module.is_future:
                owner = module.define("View")
                lines = self._function(place, "__call__", "self")
                lines[1] = "    note(self)"
                if self.version < (0, 129):
                    # What is returned by an object whose call is a coroutine was not awaited.
                    lines[0] = lines[0].removeprefix("async ")
                module.add(f"class {owner.name}:", *(f"    {line}" for line in lines))
                made = module.define("view")
                module.add(f"{made.name} = {owner.name}()")
                self.endpoints.append(made)
            case _:
                thing = module.define(f"show_{self.word()}")
                module.add(*self._function(place, thing.name))
                self.endpoints.append(thing)

    def _added(self, place: Place) -> list[str]:
        if not self.endpoints:
            return self._decorated(place)
        imports = place.imports(self.chance)
        endpoint = place.module.use(self.chance.choice(self.endpoints), imports)
        if self.chance.often(15):
            endpoint = 'lambda: {"said": note()}'
        methods = f", methods={self.methods(place.module)}" if self.chance.often(70) else ""
        options = self._options(place)
        target = self._target(place)
        if self.chance.often(15) and endpoint[:6] != "lambda":
            verb = self.chance.choice(VERBS)
            return [*(imports or ()), f"{target}.{verb}({self.path(place)}{options})({endpoint})"]
        named = "endpoint=" if self.chance.often(10) else ""
        return [*(imports or ()), f"{target}.add_api_route({self.path(place)}, {named}{endpoint}{methods}{options})"]

    def _websocket(self, place: Place) -> list[str]:
        name = place.define(f"feed_{self.word()}")
        websocket = place.module.library("fastapi", "WebSocket")
        asked = self.dependencies.asked(place.module, 2, may_scope=True, is_websocket=True)
        signature = self.dependencies.signature(asked, f"websocket: {websocket}")
        body = ["    note()", "    await websocket.accept()", "    await websocket.close()"]
        lines = [f"async def {name}({signature}):", *body]
        options = self._options(place, is_websocket=True)
        if self.chance.often(30):
            return [*lines, f"{place.target}.add_api_websocket_route({self.path(place)}, {name}{options})"]
        return [f"@{place.target}.websocket({self.path(place)}{options})", *lines]

    def _plain(self, place: Place) -> list[str]:
        """Return a statement that adds a route of Starlette's own."""
        name = place.define(f"plain_{self.word()}")
        path = self.path(place)
        path = f'"/{self.word()}"' if path == '""' else path
        style = self.chance.choice(["add_route", "add_route", "route", "class", "websocket"])
        if style == "websocket":
            return self._plain_websocket(place, name, path)
        response = place.module.library("starlette.responses", "PlainTextResponse")
        if style == "class":
            owner = place.module.library("starlette.endpoints", "HTTPEndpoint")
            inner = [
                "    async def get(self, request):",
                "        note(self)",
                f'        return {response}("plain")',
                "",
                "    post = put = patch = delete = options = trace = get",
            ]
            methods = f", methods={self.methods(place.module)}" if self.chance.often(30) else ""
            return [f"class {name}({owner}):", *inner, f"{place.target}.add_route({path}, {name}{methods})"]
        methods = f", methods={self.methods(place.module)}" if self.chance.often(50) else ""
        prefix = self.chance.choice(["def", "async def"])
        lines = [f"{prefix} {name}(request):", "    note()", f'    return {response}("plain")']
        if style == "route" and self.version < (0, 129):
            return [f"@{place.target}.route({path}{methods})", *lines]
        return [*lines, f"{place.target}.add_route({path}, {name}{methods})"]

    def _plain_websocket(self, place: Place, name: str, path: str) -> list[str]:
        lines = [f"async def {name}(websocket):", "    note()"]
        lines += ["    await websocket.accept()", "    await websocket.close()"]
        if self.version < (0, 129):
            return [*lines, f"{place.target}.add_websocket_route({path}, {name})"]
        return [f"@{place.target}.websocket_route({path})", *lines]

    def _loop(self, place: Place) -> list[str]:
        """Return a loop that adds several routes."""
        first, second, third = self.word(), self.word(), self.word()
        if self.chance.often(50) and len(self.endpoints) > 1:
            one, other = (place.module.use(item) for item in self.chance.some(self.endpoints, 2, 2))
            opening, closing = self.chance.choice(["[]", "()"])
            pairs = f'{opening}("/{first}", {one}), ("/{second}", {other}){closing}'
            names = [place.module.local(name) for name in ("path", "endpoint")]
            body = f"    {place.target}.add_api_route({names[0]}, {names[1]}{self._options(place)})"
            return [f"for {', '.join(names)} in {pairs}:", body]
        name, function = place.module.local("kind"), place.define(f"of_{first}")
        lines = [f'for {name} in ("{first}", "{second}", "{third}"):']
        inner = [f"@{place.target}.get(f'/{{{name}}}')", *self._function(place, function)]
        return [*lines, *(f"    {line}" for line in inner)]

    # ---------------------------------------------------------------- inclusions

    def include(self, place: Place, able: list[Router]) -> list[str]:
        """Return a statement that includes one router or several."""
        if len(able) > 1 and self.chance.often(35):
            return self._include_several(place, able)
        if place.is_app and self.registries and self.chance.often(25):
            return self._include_registry(place)
        imports = place.imports(self.chance)
        router = self.chance.choice(able)
        expression = self.chance.choice(router.forms).format(place.module.use(router.thing, imports))
        named = "router=" if self.chance.often(5) else ""
        line = f"{self._target(place)}.include_router({named}{expression}{self._include_options(place)})"
        return [*(imports or ()), line]

    def _include_registry(self, place: Place) -> list[str]:
        imports = place.imports(self.chance)
        thing, kind = self.chance.choice(self.registries)
        expression = place.module.use(thing, imports)
        name, prefix = place.module.local("one"), place.module.local("where")
        include = f"{place.target}.include_router"
        match kind:
            case "list":
                lines = [f"for {name} in {expression}:", f"    {include}({name}{self._include_options(place)})"]
            case "pairs":
                options = self._include_options(place, prefix)
                lines = [f"for {prefix}, {name} in {expression}:", f"    {include}({name}{options})"]
            case _:
                options = self._include_options(place, prefix)
                lines = [f"for {prefix}, {name} in {expression}.items():", f"    {include}({name}{options})"]
        return [*(imports or ()), *lines]

    def write_registry(self, module: Module) -> None:
        """Write a list or dictionary of routers, which grows after it was made."""
        chosen = [self.chance.choice(self.routers) for _ in range(self.chance.below(2, 4))]
        used = [self.chance.choice(one.forms).format(module.use(one.thing)) for one in chosen]
        thing = module.define("ROUTERS")
        kind = self.chance.choice(["list", "pairs", "dictionary"])
        if kind == "dictionary":
            module.add(f'{thing.name} = {{"/{self.word()}": {used[0]}}}')
            for one in used[1:]:
                key = f'"/{self.word()}"'
                grow = self.chance.choice([f"[{key}] = {one}", f".update({{{key}: {one}}})"])
                module.add(f"{thing.name}{grow}")
        else:
            if kind == "pairs":
                used = [f'("/{self.word()}", {one})' for one in used]
            module.add(f"{thing.name} = [{used[0]}]")
            for one in used[1:]:
                grow = self.chance.choice(
                    [f".append({one})", f" += [{one}]", f".extend(({one},))", f".insert(0, {one})"]
                )
                module.add(f"{thing.name}{grow}")
        self.registries.append((thing, kind))

    def _include_options(self, place: Place, prefix: str = "") -> str:
        options = ""
        if not prefix and self.chance.often(50):
            prefix = self.prefix(place.module)
        options += f", prefix={prefix}" if prefix else ""
        if self.chance.often(30):
            listed = self.dependencies.listed(place.module, is_websocket=True)
            options += f", dependencies={listed}" if listed else ""
        if self.chance.often(15):
            options += ', tags=["t"]'
        return options

    def _include_several(self, place: Place, able: list[Router]) -> list[str]:
        imports = place.imports(self.chance)
        chosen = self.chance.some(able, 2, 3)
        used = [self.chance.choice(one.forms).format(place.module.use(one.thing, imports)) for one in chosen]
        prefixes = [f'"/{self.word()}"' for _ in used]
        name, prefix = place.module.local("one"), place.module.local("where")
        opening, closing = self.chance.choice(["()", "[]"])
        include = f"{place.target}.include_router"
        options = self._include_options(place, prefix)
        pairs = f"{opening}{', '.join(f'({one}, {text})' for one, text in zip(used, prefixes, strict=True))}{closing}"
        many = f"{opening}{', '.join(used)}{closing}"
        match self.chance.choice(["plain", "pairs", "dictionary", "enumerate", "named", "zip", "comprehension"]):
            case "plain":
                lines = [f"for {name} in {many}:", f"    {include}({name}{self._include_options(place)})"]
            case "pairs":
                lines = [f"for {name}, {prefix} in {pairs}:", f"    {include}({name}{options})"]
            case "dictionary":
                items = ", ".join(f"{text}: {one}" for one, text in zip(used, prefixes, strict=True))
                lines = [f"for {prefix}, {name} in {{{items}}}.items():", f"    {include}({name}{options})"]
            case "enumerate":
                options = self._include_options(place, f'f"/n{{{prefix}}}"')
                lines = [f"for {prefix}, {name} in enumerate({many}):", f"    {include}({name}{options})"]
            case "zip":
                texts = f"({', '.join(prefixes)})"
                lines = [f"for {name}, {prefix} in zip({many}, {texts}):", f"    {include}({name}{options})"]
            case "comprehension":
                lines = [f"[{include}({name}{self._include_options(place)}) for {name} in {many}]"]
            case _:
                listed = place.define("ROUTERS" if not place.in_function else "routers")
                lines = [f"{listed} = {pairs}", f"for {name}, {prefix} in {listed}:", f"    {include}({name}{options})"]
        return [*(imports or ()), *lines]
