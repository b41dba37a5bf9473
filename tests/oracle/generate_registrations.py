"""What else a generated project tells its applications: middleware, handlers, lifespans, events and mounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.generate_routes import Routes

if TYPE_CHECKING:
    from tests.oracle.generate_modules import Module
    from tests.oracle.generate_routes import Place


@dataclass(eq=False)
class Registrations(Routes):
    """Writes registrations; what it writes is valid for the version."""

    # ---------------------------------------------------------------- middleware

    def add_middleware(self, place: Place) -> list[str]:
        """Return a statement that adds a middleware or several."""
        imports = place.imports(self.chance)
        classes = [one for one, kind in self.middleware if kind == "class"]
        functions = [one for one, kind in self.middleware if kind == "function"]
        style = self.chance.choice(["class", "class", "decorator", "decorator", "library", "loop", "call", "dispatch"])
        if not place.is_app and style in {"call", "decorator"}:
            style = "dispatch"  # applications of Starlette have no decorator since 1.0
        add = f"{place.target}.add_middleware"
        match style:
            case "class" if classes:
                options = self.chance.choice(["", "", ', level="high"'])
                lines = [f"{add}({place.module.use(self.chance.choice(classes), imports)}{options})"]
            case "loop" if classes:
                chosen = [place.module.use(one, imports) for one in self.chance.some(classes, 1, 3)]
                name = place.module.local("layer")
                lines = [f"for {name} in [{', '.join(chosen)}]:", f"    {add}({name})"]
            case "call" if functions:
                function = place.module.use(self.chance.choice(functions), imports)
                lines = [f'{place.target}.middleware("http")({function})']
            case "dispatch" if functions:
                function = place.module.use(self.chance.choice(functions), imports)
                owner = place.module.library("starlette.middleware.base", "BaseHTTPMiddleware")
                lines = [f"{add}({owner}, dispatch={function})"]
            case "library":
                kind, options = self.chance.choice(
                    [("gzip", "GZipMiddleware, minimum_size=9"), ("cors", 'CORSMiddleware, allow_origins=["*"]')]
                )
                name, _, rest = options.partition(",")
                lines = [f"{add}({place.module.library(f'fastapi.middleware.{kind}', name)},{rest})"]
            case _:
                name = place.define(f"around_{self.word()}")
                lines = [f"async def {name}(request, call_next):", "    note()", "    return await call_next(request)"]
                if place.is_app:
                    lines.insert(0, f'@{place.target}.middleware("http")')
                else:
                    owner = place.module.library("starlette.middleware.base", "BaseHTTPMiddleware")
                    lines.append(f"{add}({owner}, dispatch={name})")
        return [*(imports or ()), *lines]

    def write_middleware(self, module: Module) -> None:
        """Write a middleware."""
        word = self.word().title()
        match self.chance.choice(["asgi", "asgi", "base", "function", "renamed", "inherited"]):
            case "base":
                thing = module.define(f"{word}Middleware")
                owner = module.library("starlette.middleware.base", "BaseHTTPMiddleware")
                lines = [f"class {thing.name}({owner}):", '    def __init__(self, app, level="low"):']
                lines += ["        super().__init__(app)", "        self.level = level", ""]
                lines += ["    async def dispatch(self, request, call_next):", "        note(self)"]
                module.add(*lines, "        return await call_next(request)")
                self.middleware.append((thing, "class"))
            case "function":
                thing = module.define(f"around_{word.lower()}")
                lines = [f"async def {thing.name}(request, call_next):", "    note()"]
                module.add(*lines, "    return await call_next(request)")
                self.middleware.append((thing, "function"))
            case "renamed" if self.middleware:
                older, kind = self.chance.choice(self.middleware)
                thing = module.define(f"Renamed{word}")
                module.add(f"{thing.name} = {module.use(older)}")
                self.middleware.append((thing, kind))
            case "inherited" if any(kind == "class" for _, kind in self.middleware):
                older = self.chance.choice([one for one, kind in self.middleware if kind == "class"])
                thing = module.define(f"Special{word}")
                module.add(f"class {thing.name}({module.use(older)}):", "    pass")
                self.middleware.append((thing, "class"))
            case _:
                thing = module.define(f"{word}Layer")
                lines = [
                    f"class {thing.name}:",
                    '    def __init__(self, app, level="low"):',
                    "        self.app = app",
                    "",
                ]
                lines += ["    async def __call__(self, scope, receive, send):", '        if scope["type"] == "http":']
                module.add(*lines, "            note(self)", "        await self.app(scope, receive, send)")
                self.middleware.append((thing, "class"))

    def listed_middleware(self, module: Module) -> str:
        """Return the list of a constructor's `middleware=`."""
        classes = [one for one, kind in self.middleware if kind == "class"]
        middleware = module.library("starlette.middleware", "Middleware")
        chosen = [module.use(one) for one in self.chance.some(classes, 1, 3)]
        return f"[{', '.join(f'{middleware}({one})' for one in chosen)}]" if chosen else ""

    # ---------------------------------------------------------------- the rest of an application

    def write_error(self, module: Module) -> None:
        """Write an exception and a handler."""
        word = self.word().title()
        thing = module.define(f"{word}Error")
        parent = module.use(self.chance.choice(self.errors)) if self.errors and self.chance.often(30) else "Exception"
        module.add(f"class {thing.name}({parent}):", "    pass")
        self.errors.append(thing)
        handler = module.define(f"on_{word.lower()}")
        response = module.library("starlette.responses", "JSONResponse")
        prefix = self.chance.choice(["async def", "def"])
        module.add(f"{prefix} {handler.name}(request, error):", f"    return {response}({{}}, status_code=418)")
        self.handlers.append(handler)

    def _handled(self, module: Module) -> str:
        if self.errors and self.chance.often(60):
            return module.use(self.chance.choice(self.errors))
        match self.chance.choice(["number", "status", "class", "library"]):
            case "library":
                options = [("fastapi.exceptions", "RequestValidationError"), ("fastapi", "HTTPException")]
                return module.library(*self.chance.choice([*options, ("starlette.exceptions", "HTTPException")]))
            case "number":
                return self.chance.choice(["404", "500", "418"])
            case "status":
                return f"{module.library('fastapi', 'status')}.HTTP_409_CONFLICT"
            case _:
                return self.chance.choice(["ValueError", "KeyError", "Exception"])

    def handle(self, place: Place) -> list[str]:
        """Return a statement that registers an exception handler."""
        handled = self._handled(place.module)
        if self.handlers and self.chance.often(50):
            imports = place.imports(self.chance)
            handler = place.module.use(self.chance.choice(self.handlers), imports)
            return [*(imports or ()), f"{place.target}.add_exception_handler({handled}, {handler})"]
        name = place.define(f"answer_{self.word()}")
        response = place.module.library("starlette.responses", "JSONResponse")
        lines = [f"async def {name}(request, error):", f"    return {response}({{}})"]
        return [f"@{place.target}.exception_handler({handled})", *lines]

    def listed_handlers(self, module: Module) -> str:
        """Return the dictionary of a constructor's `exception_handlers=`."""
        pairs = {self._handled(module): module.use(one) for one in self.chance.some(self.handlers, 1, 2)}
        return f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}" if pairs else ""

    def write_event(self, module: Module) -> None:
        """Write a handler of start-up or shutdown, or a lifespan."""
        word = self.word()
        if self.chance.often(50):
            thing = module.define(f"lifespan_{word}")
            decorator = module.library("contextlib", "asynccontextmanager")
            body = ["    note()", "    yield", "    leave()"]
            if self.chance.often(25):
                inner = [f"    @{decorator}", "    async def span(app):", *(f"    {line}" for line in body)]
                factory = module.define(f"make_{word}")
                module.add(f"def {factory.name}(size=1):", *inner, "    return span")
                module.add(f"{thing.name} = {factory.name}()")
            else:
                module.add(f"@{decorator}", f"async def {thing.name}(app):", *body)
            self.lifespans.append(thing)
        else:
            thing = module.define(f"open_{word}")
            prefix = self.chance.choice(["async def", "def"])
            module.add(f"{prefix} {thing.name}():", "    note()")
            self.handlers_of_events.append(thing)

    def on_event(self, place: Place) -> list[str]:
        """Return a statement that registers a handler of an event."""
        event = self.chance.choice(["startup", "startup", "shutdown"])
        if self.handlers_of_events and self.chance.often(40):
            imports = place.imports(self.chance)
            handler = place.module.use(self.chance.choice(self.handlers_of_events), imports)
            add = f'{place.target}.add_event_handler("{event}", {handler})'
            if place.is_app and self.version >= (0, 129):
                add = f'{place.target}.router.add_event_handler("{event}", {handler})'
            return [*(imports or ()), add]
        name = place.define(f"at_{self.word()}")
        return [f'@{place.target}.on_event("{event}")', f"async def {name}():", "    note()"]

    def life(self, module: Module) -> list[str]:
        """Return arguments of a constructor that decide about start-up and shutdown."""
        options = []
        if self.lifespans and self.chance.often(60):
            options.append(f"lifespan={module.use(self.chance.choice(self.lifespans))}")
        if self.handlers_of_events and self.chance.often(40):
            event = self.chance.choice(["on_startup", "on_shutdown"])
            chosen = [module.use(one) for one in self.chance.some(self.handlers_of_events, 1, 2)]
            options.append(f"{event}=[{', '.join(chosen)}]")
        return options

    def constructor_routes(self, module: Module) -> list[str]:
        """Return a constructor's `routes=`, with what Starlette's own kinds of route say."""
        if not self.plain_endpoints:
            return []
        found = []
        for thing in self.chance.some(self.plain_endpoints, 1, 2):
            methods = f", methods={self.methods(module)}" if self.chance.often(40) else ""
            route = module.library("starlette.routing", "Route")
            found.append(f'{route}("/{self.word()}", {module.use(thing)}{methods})')
        if self.sub_apps and self.chance.often(30):
            mount = module.library("starlette.routing", "Mount")
            found.append(f'{mount}("/{self.word()}", app={module.use(self.chance.choice(self.sub_apps))})')
        return [f"routes=[{', '.join(found)}]"]

    def write_plain(self, module: Module) -> None:
        """Write an endpoint for one of Starlette's own routes."""
        thing = module.define(f"plain_{self.word()}")
        response = module.library("starlette.responses", "PlainTextResponse")
        prefix = self.chance.choice(["def", "async def"])
        module.add(f"{prefix} {thing.name}(request):", "    note()", f'    return {response}("plain")')
        self.plain_endpoints.append(thing)

    def mount(self, place: Place) -> list[str]:
        """Return a statement that mounts an application."""
        imports = place.imports(self.chance)
        able = [*self.sub_apps, *(one.thing for one in self.routers if place.is_app and one.forms == ("{}",))]
        app = place.module.use(self.chance.choice(able), imports)
        named = ', name="sub"' if self.chance.often(20) else ""
        return [*(imports or ()), f'{place.target}.mount("/{self.word()}", {app}{named})']
