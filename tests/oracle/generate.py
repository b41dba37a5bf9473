"""Random FastAPI projects of several modules, all of whose life can be known without running them.

`build` makes one from a source of random numbers, `of_seed` from a seed; `projects` is the Hypothesis strategy of
them, which shrinks towards few and simple choices. The same seed gives the same project for ever, for each version.
Everything that is called says so: it calls `note` when it begins and `leave` when a generator is left, which
`run_generated.py` provides as the module `journal`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.oracle.generate_dependencies import Dependencies
from tests.oracle.generate_modules import Chance, Module, Thing
from tests.oracle.generate_registrations import Place, Registrations, Router

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROOT = "shop"
JOURNAL = "from journal import leave, note"


@dataclass(frozen=True)
class Project:
    """The files of a project by path, what a server would be told to start, and where that is made."""

    files: dict[str, str]
    target: str
    made: str

    def write(self, folder: Path) -> None:
        """Write the files below a folder."""
        for path, text in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")

    def __str__(self) -> str:
        return "\n".join(f"# {'=' * 30} {path}\n{text}" for path, text in self.files.items() if text.strip())


def projects(version: str) -> st.SearchStrategy[Project]:
    """Return the strategy of projects that are valid for a FastAPI version."""
    return st.randoms(use_true_random=False).map(lambda source: build(source, version))


def of_seed(seed: int, version: str) -> Project:
    """Return the project of a seed."""
    return build(random.Random(seed), version)


def build(source: random.Random, version: str) -> Project:
    """Return a project that is valid for a FastAPI version."""
    return _Builder(Chance(source), tuple(int(part) for part in version.split("."))).build()


@dataclass
class _Builder:
    chance: Chance
    version: tuple[int, ...]
    modules: list[Module] = field(default_factory=list)
    packages: dict[str, Module] = field(default_factory=dict)
    extensions: list[Module] = field(default_factory=list)
    """Modules that add to what others define, so that somebody has to import them."""

    def __post_init__(self) -> None:
        self.dependencies = Dependencies(self.chance, has_scope=self.version >= (0, 121))
        self.registrations = Registrations(self.chance, self.version, self.dependencies)

    def build(self) -> Project:
        self.root = self._package(ROOT, "")
        nested = self.chance.often(60)
        core = self._package(f"{ROOT}.core", "core") if nested else self.root
        api = self._package(f"{ROOT}.api", "api") if nested else self.root
        self._core(core)
        self._finish(core)
        self._api(api)
        self._finish(api)
        if self.chance.often(25):
            self._sub_app()
        if self.chance.often(25) and self.registrations.routers:
            self._extension(api)
        made = self._main()
        target = made
        if not made.endswith(":create_app") and self.chance.often(15):
            target = self._outer(made.partition(":")[0])
        files = {module.path: module.text() for module in self.modules}
        if self.chance.often(40):
            factory = " --factory" if target.endswith(":create_app") else ""
            files["Procfile"] = f"web: uvicorn {target}{factory}\n"
        return Project(files, target, made)

    # ---------------------------------------------------------------- modules

    def _package(self, dotted: str, group: str) -> Module:
        module = Module(dotted, f"{dotted.replace('.', '/')}/__init__.py", group, self.chance, is_package=True)
        self.modules.append(module)
        self.packages[dotted] = module
        return module

    def _module(self, package: Module, name: str) -> Module:
        dotted = f"{package.dotted}.{name}"
        module = Module(dotted, f"{dotted.replace('.', '/')}.py", package.group, self.chance)
        module.is_future = self.chance.often(25)
        module.imports[JOURNAL] = None
        module.names |= {"note": ("journal", "note"), "leave": ("journal", "leave")}
        # The package's own names must not stand for something else than its modules.
        package.names.setdefault(name, ("module", dotted))
        self.modules.append(module)
        return module

    def _finish(self, package: Module) -> None:
        """Let a package import for others what its modules define, and say what a star gives."""
        if package is self.root:
            return
        inner = [one for one in self.modules if one.dotted.startswith(f"{package.dotted}.")]
        if self.chance.often(50):
            for module in inner:
                own = [what for what in module.names.values() if isinstance(what, Thing) and what.module is module]
                for thing in self.chance.some(own, 0, 3):
                    self._reexport(package, module, thing)
            for module in inner:
                public = {name: what for name, what in module.names.items() if name[0] != "_"}
                is_clear = all(package.names.get(name, what) == what for name, what in public.items())
                if is_clear and self.chance.often(10):
                    module.is_starred = True
                    package.imports[f"from .{module.dotted.rpartition('.')[2]} import *"] = None
                    package.names |= public
        for module in inner:
            if not module.is_starred and self.chance.often(15):
                public = [name for name in module.names if name[0] != "_"]
                module.listed = self.chance.some(public, 1, len(public))

    def _reexport(self, package: Module, module: Module, thing: Thing) -> None:
        last = module.dotted.rpartition(".")[2]
        name = thing.name
        if name in package.names:
            name = package.fresh(f"{last}_{name}")
        place = self.chance.choice([f".{last}", module.dotted])
        renamed = f" as {name}" if name != thing.name or self.chance.often(30) else ""
        package.imports[f"from {place} import {thing.name}{renamed}"] = None
        package.names[name] = thing
        thing.others.append((package, name))

    # ---------------------------------------------------------------- the lower modules

    def _core(self, core: Module) -> None:
        self._config(self._module(core, "config"))
        for name in ("deps", "security", "services")[: self.chance.below(1, 3)]:
            module = self._module(core, name)
            for _ in range(self.chance.below(1, 6)):
                self.dependencies.write(module)
            self._typing_only(module)
        registrations = self.registrations
        if self.chance.often(70):
            module = self._module(core, "middleware")
            for _ in range(self.chance.below(1, 4)):
                registrations.write_middleware(module)
        if self.chance.often(50):
            module = self._module(core, "errors")
            for _ in range(self.chance.below(1, 2)):
                registrations.write_error(module)
        if self.chance.often(50):
            module = self._module(core, "life")
            for _ in range(self.chance.below(1, 3)):
                registrations.write_event(module)

    def _config(self, module: Module) -> None:
        texts = self.registrations.texts
        prefix = module.define("API_PREFIX")
        module.add(f'{prefix.name} = "/api"')
        texts.append((prefix, "{}"))
        if self.chance.often(60):
            other = module.define("VERSION")
            module.add(f"{other.name} = {self.chance.choice(['1', '2'])}")
            longer = module.define("BASE")
            module.add(f"{longer.name} = f'{{{prefix.name}}}/v{{{other.name}}}'")
            texts.append((longer, "{}"))
        if self.chance.often(60):
            owner = module.define("Settings")
            style = self.chance.choice(["plain", "model", "dataclass"])
            lines = [f"class {owner.name}:"]
            if style == "model":
                lines = [f"class {owner.name}({module.library('pydantic', 'BaseModel')}):"]
            elif style == "dataclass":
                lines.insert(0, f"@{module.library('dataclasses', 'dataclass')}")
            module.add(*lines, '    prefix: str = "/set"', '    admin_prefix: str = "/set/admin"')
            settings = module.define("settings")
            module.add(f"{settings.name} = {owner.name}()")
            texts += [(settings, "{}.prefix"), (settings, "{}.admin_prefix")]
            if self.chance.often(30):
                getter = module.define("get_settings")
                module.add(
                    f"@{module.library('functools', 'lru_cache')}",
                    f"def {getter.name}():",
                    f"    return {owner.name}()",
                )
                texts.append((getter, "{}().prefix"))
            if style != "model":
                texts.append((owner, "{}.prefix"))
        if self.chance.often(40):
            methods = module.define("METHODS")
            module.add(f'{methods.name} = ["GET", "POST"]')
            self.registrations.method_lists.append(methods)

    def _typing_only(self, module: Module) -> None:
        """Import something for types alone, from where nothing is at run time."""
        if self.chance.often(25):
            checking = module.library("typing", "TYPE_CHECKING")
            name = module.define("Session").name
            lines = [f"if {checking}:", f"    from {ROOT}.nowhere import {name}"]
            if self.chance.often(50):
                lines += ["else:", f"    {name} = str"]
                module.add(*lines)
                return
            module.add(*lines)
            # Bound for the type checker only, so that nobody may import it.
            del module.names[name]
            module.inner.add(name)

    # ---------------------------------------------------------------- routers

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

    # ---------------------------------------------------------------- applications

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
            case _:
                return registrations.routes(place)

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
