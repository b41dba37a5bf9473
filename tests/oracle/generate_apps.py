"""The applications of a generated project: plain ones, factories, classes around and below them, and helpers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.generate_modules import Module, Thing
from tests.oracle.generate_routers import Routers
from tests.oracle.generate_routes import Place

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Applications(Routers):
    """Writes modules with applications."""

    def _starlette_app(self) -> None:
        """Write an application of Starlette, to be mounted."""
        module = self._module(self.root, "site")
        thing = module.define("site_app")
        registrations = self.registrations
        registrations.write_plain(module)
        arguments = registrations.constructor_routes(module)
        if registrations.middleware and self.chance.often(40):
            listed = registrations.listed_middleware(module)
            arguments += [f"middleware={listed}"] if listed else []
        owner = module.library("starlette.applications", "Starlette")
        module.add(f"{thing.name} = {owner}({', '.join(arguments)})")
        if registrations.middleware and self.chance.often(30):
            module.add(*registrations.add_middleware(Place(module, thing.name, in_function=True)))
        registrations.sub_apps.append(thing)

    def _sub_app(self) -> None:
        module = self._module(self.root, "admin")
        thing = module.define("admin_app")
        registrations = self.registrations
        arguments = self._app_arguments(module)
        module.add(f"{thing.name} = {module.library('fastapi', 'FastAPI')}({arguments})")
        place = Place(module, thing.name, is_app=True)
        for _ in range(self.chance.below(1, 4)):
            module.add(*self._registration(place))
        registrations.sub_apps.append(thing)

    def _app_arguments(self, module: Module, title: str = 'title="Shop"') -> str:
        registrations, options = self.registrations, []
        if self.chance.often(30):
            options.append(title)
        if self.chance.often(25):
            listed = self.dependencies.listed(module, is_websocket=True)
            options += [f"dependencies={listed}"] if listed else []
        if registrations.middleware and self.chance.often(25):
            listed = registrations.listed_middleware(module)
            options += [f"middleware={listed}"] if listed else []
        if registrations.handlers and self.chance.often(20):
            options.append(f"exception_handlers={registrations.listed_handlers(module)}")
        if self.chance.often(40):
            options += registrations.life(module)
        if self.chance.often(20):
            options.append(self.chance.choice(["docs_url=None", "openapi_url=None", "redoc_url=None"]))
        if self.chance.often(15):
            options += registrations.constructor_routes(module)
        return ", ".join(options)

    def _registration(self, place: Place, depth: int = 0) -> list[str]:
        """Return one statement that tells an application something."""
        registrations = self.registrations
        kinds = ["include"] * 4 + ["route"] * 3 + ["middleware"] * 3 + ["handler", "event", "mount", "helper", "helper"]
        kinds += ["condition", "override"]
        match self.chance.choice(kinds):
            case "include" if registrations.routers:
                return registrations.include(place, registrations.routers)
            case "middleware":
                return registrations.add_middleware(place)
            case "handler":
                return registrations.handle(place)
            case "event":
                return registrations.on_event(place)
            case "mount" if registrations.sub_apps:
                return registrations.mount(place)
            case "helper" if depth < 2:
                return self._helper(place, depth)
            case "override":
                return self._override(place) or registrations.routes(place)
            case "condition" if self.flags and depth < 2:
                return self._condition(place, depth)
            case _:
                return registrations.routes(place)

    def _override(self, place: Place) -> list[str]:
        """Return a statement that lets one dependency stand for another, which was written after it."""
        deck = self.dependencies.deck
        at = self.chance.below(1, len(deck) - 1) if len(deck) > 1 else 0
        able = [one for one in deck[:at] if not one.is_http and not one.is_generator]
        # What stands between two names for one dependency may ask for it, and would stand for itself then.
        if not able or deck[at].is_another_name:
            return []
        imports = place.imports(self.chance)
        key = self.dependencies.expression(place.module, deck[at], imports)
        value = self.dependencies.expression(place.module, self.chance.choice(able), imports)
        if self.chance.often(30):
            return [*(imports or ()), f"{place.target}.dependency_overrides.update({{{key}: {value}}})"]
        return [*(imports or ()), f"{place.target}.dependency_overrides[{key}] = {value}"]

    def _condition(self, place: Place, depth: int) -> list[str]:
        """Return statements of which a constant of the project decides which ones run."""
        flag = place.module.use(self.chance.choice(self.flags))
        test = self.chance.choice([flag, f"not {flag}", f"{flag} is True", f"{flag} and True"])
        lines = [f"if {test}:", *(f"    {line}" for line in self._registration(place, depth + 2))]
        if self.chance.often(50):
            lines += ["else:", *(f"    {line}" for line in self._registration(place, depth + 2))]
        return lines

    def _helper(self, place: Place, depth: int) -> list[str]:
        """Write a function that is given the application, and return its call."""
        elsewhere = place.module.dotted.endswith((".main", ".application")) and self.chance.often(60)
        module = self._module(self.root, self.root.fresh("setup")) if elsewhere else place.module
        if place.in_function and not elsewhere:
            # What is called has to stand before it, and the function that calls it is not yet written.
            pass
        thing = module.define("register")
        name = self.chance.choice(["app", "application", "api"])
        while name in module.names or name in module.inner:
            name += "_"
        module.inner.add(name)
        inner = Place(module, name, in_function=True, is_app=True)
        lines: list[str] = []
        for _ in range(self.chance.below(1, 3)):
            lines += self._registration(inner, depth + 1)
        annotation = f": {module.library('fastapi', 'FastAPI')}" if self.chance.often(60) else ""
        extra = ', label="x"' if self.chance.often(20) else ""
        returns = [f"    return {name}"] if self.chance.often(20) else []
        module.add(f"def {thing.name}({name}{annotation}{extra}):", *(f"    {line}" for line in lines), *returns)
        imports = place.imports(self.chance) if elsewhere else None
        given = self.chance.choice([place.target, place.target, f"{name}={place.target}"])
        function = place.module.use(thing, imports)
        return [*(imports or ()), f"{function}({given})"]

    def _main(self) -> str:
        module = self._module(self.root, self.chance.choice(["main", "main", "application"]))
        style = self.chance.choice(["plain", "plain", "plain", "factory", "factory", "served", "class", "subclass"])
        name = "app"
        match style:
            case "plain":
                self._plain_main(module)
            case "factory":
                self._factory_main(module)
                module.add(f"app = {module.chunks[-1].split('(')[0].removeprefix('def ')}()")
            case "served":
                self._factory_main(module)
                name = "create_app"
            case "class":
                self._class_main(module)
            case _:
                self._subclass_main(module)
        for extension in self.extensions:
            line = f"import {extension.dotted}"
            place = self.chance.choice(["first", "last"])
            module.imports[line] = None
            if place == "first":
                module.imports = {line: None, **module.imports}
        return f"{module.dotted}:{name}"

    def _outer(self, made: str) -> str:
        """Write a module that imports the application for the server."""
        module = next(one for one in self.modules if one.dotted == made)
        outer = self._module(self.root, "server")
        app = Thing(module, "app")
        module.names["app"] = app
        style = self.chance.choice(["import", "renamed", "registered"])
        expression = outer.use(app)
        if style != "import" or expression != "app":
            outer.add(f"application = {expression}")
            expression = "application"
        if style == "registered":
            outer.add(*self.registrations.routes(Place(outer, expression, is_app=True)))
        return f"{outer.dotted}:{expression}"

    def _tell(self, place: Place, emit: Callable[..., None]) -> None:
        for _ in range(self.chance.below(1, 7)):
            emit(*self._registration(place))

    def _plain_main(self, module: Module) -> None:
        module.names["app"] = None
        module.add(f"app = {module.library('fastapi', 'FastAPI')}({self._app_arguments(module)})")
        self._tell(Place(module, "app", is_app=True), module.add)

    def _factory_main(self, module: Module) -> None:
        module.names["create_app"] = None
        module.inner |= {"app"}
        name = module.local("created")
        lines: list[str] = []
        self._tell(Place(module, name, in_function=True, is_app=True), lambda *more: lines.extend(more))
        arguments = self._app_arguments(module)
        parameter = self.chance.choice(["", "", "debug=False"])
        body = [f"{name} = {module.library('fastapi', 'FastAPI')}({arguments})", *lines, f"return {name}"]
        module.add(f"def create_app({parameter}):", *(f"    {line}" for line in body))

    def _class_main(self, module: Module) -> None:
        owner = module.define("Server")
        module.inner |= {"app"}
        lines = ["def __init__(self):"]
        lines.append(f"    self.app = {module.library('fastapi', 'FastAPI')}({self._app_arguments(module)})")
        methods: list[str] = []
        for index in range(self.chance.below(1, 3)):
            lines.append(f"    self.set_up_{index}()")
            inner: list[str] = []
            place = Place(module, "self.app", in_function=True, is_app=True)
            for _ in range(self.chance.below(1, 3)):
                inner += self._registration(place)
            methods += [f"def set_up_{index}(self):", *(f"    {line}" for line in inner)]
        module.add(f"class {owner.name}:", *(f"    {line}" for line in [*lines, *methods]))
        if self.chance.often(50):
            made = module.define("server")
            module.add(f"{made.name} = {owner.name}()", f"app = {made.name}.app")
        else:
            module.add(f"app = {owner.name}().app")

    def _subclass_main(self, module: Module) -> None:
        owner = module.define("Shop")
        module.names["app"] = None
        base = module.library("fastapi", "FastAPI")
        lines: list[str] = []
        place = Place(module, "self", in_function=True, is_app=True)
        for _ in range(self.chance.below(1, 4)):
            lines += self._registration(place)
        body = ["def __init__(self, **kwargs):", '    super().__init__(title="Shop", **kwargs)']
        body += [f"    {line}" for line in lines]
        module.add(f"class {owner.name}({base}):", *(f"    {line}" for line in body))
        arguments = self._app_arguments(module, 'version="2"')
        module.add(f"app = {owner.name}({arguments})")
        if self.chance.often(60):
            self._tell(Place(module, "app", is_app=True), module.add)
