"""The routers of a generated project: plain ones, factories, controllers and subclasses, and what adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.generate_packages import Packages
from tests.oracle.generate_routes import Place, Router

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.generate_modules import Module


@dataclass
class Routers(Packages):
    """Writes modules with routers."""

    def _api(self, api: Module) -> None:
        registrations = self.registrations
        if self.chance.often(60):
            module = self._module(api, "views")
            for _ in range(self.chance.below(1, 3)):
                registrations.endpoint(module)
            if self.chance.often(40):
                registrations.write_plain(module)
        names = ("items", "users", "orders", "reports", "routes")
        for name in names[: self.chance.below(1, 5)]:
            module = self._module(api, name)
            if self.chance.often(30):
                self.dependencies.write(module)
            for _ in range(self.chance.choice([1, 1, 2])):
                self._router(module)
        if self.chance.often(30):
            registrations.write_registry(self._module(api, "registry"))

    def _router_arguments(self, module: Module) -> tuple[str, list[str]]:
        """Return the prefix of a router, empty where it has none, and its other arguments."""
        prefix = self.registrations.prefix(module) if self.chance.often(60) else ""
        options = []
        if self.chance.often(30):
            listed = self.dependencies.listed(module, is_websocket=True)
            options += [f"dependencies={listed}"] if listed else []
        if self.chance.often(20):
            options.append('tags=["x"]')
        if self.chance.often(15):
            options += self.registrations.life(module)
        return prefix, options

    def _router(self, module: Module) -> None:
        style = self.chance.choice(["plain", "plain", "plain", "plain", "factory", "controller", "subclass"])
        {
            "plain": self._plain_router,
            "factory": self._router_factory,
            "controller": self._controller,
            "subclass": self._router_subclass,
        }[style](module)

    def _fill(self, place: Place, emit: Callable[..., None], *, least: int = 1, most: int = 4) -> None:
        """Write routes of a router, inclusions of those before it and its events, in any order."""
        registrations = self.registrations
        able = list(registrations.routers)
        for _ in range(self.chance.below(least, most)):
            kind = self.chance.choice(["route", "route", "route", "route", "include", "event", "mount"])
            if kind == "include" and able:
                emit(*registrations.include(place, able))
            elif kind == "event" and self.chance.often(40):
                emit(*registrations.on_event(place))
            elif kind == "mount" and registrations.sub_apps:
                emit(*registrations.mount(place))
            else:
                emit(*registrations.routes(place))

    def _plain_router(self, module: Module) -> None:
        thing = module.define("router")
        prefix, options = self._router_arguments(module)
        arguments = ", ".join([f"prefix={prefix}"] * bool(prefix) + options)
        module.add(f"{thing.name} = {module.library('fastapi', 'APIRouter')}({arguments})")
        self._fill(Place(module, thing.name, has_prefix=bool(prefix)), module.add)
        self.registrations.routers.append(Router(thing))

    def _router_subclass(self, module: Module) -> None:
        owner = module.define("PrefixedRouter")
        base = module.library("fastapi", "APIRouter")
        word = self.registrations.word()
        lines = [f"class {owner.name}({base}):", "    def __init__(self, name, **kwargs):"]
        module.add(*lines, '        super().__init__(prefix=f"/{name}", **kwargs)')
        thing = module.define("router")
        options = ""
        if self.chance.often(40):
            listed = self.dependencies.listed(module, is_websocket=True)
            options += f", dependencies={listed}" if listed else ""
        module.add(f'{thing.name} = {owner.name}("{word}"{options})')
        self._fill(Place(module, thing.name, has_prefix=True), module.add)
        self.registrations.routers.append(Router(thing))

    def _router_factory(self, module: Module) -> None:
        thing = module.define("make_router")
        word = self.registrations.word()
        name = module.local("made")
        lines: list[str] = []
        place = Place(module, name, in_function=True)
        self._fill(place, lambda *more: lines.extend(more))
        arguments = ", ".join(["prefix=prefix", *self._router_arguments(module)[1]])
        body = [f"{name} = {module.library('fastapi', 'APIRouter')}({arguments})", *lines, f"return {name}"]
        default = self.chance.choice(['""', f'"/{word}"'])
        module.add(f"def {thing.name}(prefix={default}):", *(f"    {line}" for line in body))
        self.registrations.routers.append(Router(thing, ("{}()", f'{{}}("/{word}x")', f'{{}}(prefix="/{word}y")')))

    def _controller(self, module: Module) -> None:
        owner = module.define("Controller")
        registrations = self.registrations
        prefix, options = self._router_arguments(module)
        arguments = ", ".join([f"prefix={prefix}"] * bool(prefix) + options)
        lines = ["def __init__(self):", f"    self.router = {module.library('fastapi', 'APIRouter')}({arguments})"]
        methods: list[str] = []
        for _ in range(self.chance.below(1, 2)):
            name = module.local(f"list_{registrations.word()}")
            place = Place(module, "self.router", in_function=True)
            lines.append(f"    self.router.add_api_route({registrations.path(place)}, self.{name})")
            asked = self.dependencies.asked(module, 2, may_scope=True)
            signature = self.dependencies.signature(asked, "self")
            methods += ["", f"def {name}({signature}):", "    note()", "    return {}"]
        module.add(f"class {owner.name}:", *(f"    {line}" if line else "" for line in [*lines, *methods]))
        if self.chance.often(50):
            made = module.define("controller")
            module.add(f"{made.name} = {owner.name}()")
            self.registrations.routers.append(Router(made, ("{}.router",)))
        else:
            self.registrations.routers.append(Router(owner, ("{}().router",)))

    def _extension(self, api: Module) -> None:
        """Write a module that adds to a router that another one defines."""
        able = [one for one in self.registrations.routers if one.forms == ("{}",)]
        if not able:
            return
        module = self._module(self.root, "more")
        target = module.use(self.chance.choice(able).thing)
        for _ in range(self.chance.below(1, 2)):
            module.add(*self.registrations.routes(Place(module, target)))
        self.extensions.append(module)
