"""The entities that rules judge: a project, its applications, and what one application's life consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.model import Count, Database, Deployment
    from fastapi_lint.facts.model import Comment, ModuleFacts
    from fastapi_lint.knowledge.versions import Target
    from fastapi_lint.lifecycle.dependencies import DependencyCall, Graph
    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.registrations import EventAdded, HandlerAdded
    from fastapi_lint.lifecycle.routing import FlatRoute
    from fastapi_lint.lifecycle.values import Instance, ModuleValue, Site


class Endpoint(Struct, eq=False):
    """A route of an application with its dependencies: what one request to it does."""

    app: App
    route: FlatRoute
    name: str
    """`module:qualname` of the endpoint function, empty where unknown."""
    definition: Site | None
    """The endpoint's definition, None where the project does not hold it."""
    graph: Graph
    calls: tuple[DependencyCall, ...]

    @property
    def title(self) -> str:
        """Return the route as people write it: `GET /users/{id}`."""
        methods = "WEBSOCKET" if self.route.kind == "websocket" else ",".join(self.route.methods or ("?",))
        return f"{methods} {self.route.path if self.route.path is not None else '…'}"


class Inside(Struct, eq=False):
    """What a mount leads to: its routes in matching order, and what could not be resolved."""

    routes: tuple[Endpoint | Mount, ...] = ()
    unknown: tuple[tuple[str, Site], ...] = ()


class Mount(Struct, eq=False):
    """A mount, host or frontend of an application; paths inside of it are relative to it."""

    route: FlatRoute
    name: str
    """What is mounted, as `naming` calls it; empty where unknown."""
    inner: Instance | None
    """The mounted application or router, None for anything else."""
    inside: Callable[[], Inside]


class Served(Struct, eq=False):
    """A deployment that starts an application."""

    deployment: Deployment

    @property
    def processes(self) -> Count:
        """Return workers times replicas."""
        return self.deployment.processes


class RequestPart(Struct, eq=False):
    """Something of the project that runs for a request: an endpoint, a dependency, a middleware, a handler."""

    kind: Literal["endpoint", "dependency", "middleware", "handler"]
    title: str
    """What people call it: `GET /users`, the middleware's or handler's name."""
    activation: Activation
    methods: tuple[str, ...] = ()
    middleware: Middleware | None = None
    """The middleware that it is of."""
    handler: HandlerAdded | None = None
    """The exception handler that it is of."""
    endpoint: Endpoint | None = None
    """The endpoint that it runs for, as itself or as a dependency."""


class Lifespan(Struct, eq=False):
    """What runs around the serving: one lifespan or event handler, and what it did before and after serving."""

    kind: Literal["lifespan", "startup", "shutdown"]
    activation: Activation


class Life(Struct, eq=False):
    """Runs what an application runs once it is started, each part the first time that it is asked (`serving`)."""

    start: Callable[[], tuple[Lifespan, ...]]
    surround: Callable[[], tuple[RequestPart, ...]]
    serve: Callable[[], tuple[RequestPart, ...]]


class App(Struct, eq=False):
    """One application of the project, as one of its entries makes it."""

    name: str
    """`module:variable`, or `module:factory()` where a factory makes it."""
    instance: Instance
    entry: str
    """The path of the module that the replay began with."""
    is_fastapi: bool
    target: Target
    imports: Activation
    """What was done while the modules of the application were imported."""
    modules: Mapping[str, ModuleValue]
    """The project's modules that are imported for it, by dotted name."""
    stack: tuple[Middleware, ...]
    endpoints: tuple[Endpoint, ...]
    mounts: tuple[FlatRoute, ...]
    events: tuple[EventAdded, ...]
    served: tuple[Served, ...]
    life: Life
    """Runs start-up and requests in the replay, the first time that it is asked; see `serving`."""
    unknown: tuple[tuple[str, Site], ...] = ()
    is_mounted: bool = False
    mounted: tuple[App, ...] = ()
    routes: tuple[Endpoint | Mount, ...] = ()
    """The endpoints and mounts together, in matching order."""
    answers: dict[object, object] = field(default_factory=dict)
    """What `asked_once` keeps."""

    @property
    def location(self) -> Location:
        """Return where the application is made."""
        return self.instance.site.location

    @property
    def lifespans(self) -> tuple[Lifespan, ...]:
        """Return what runs around the serving."""
        return self.life.start()

    @property
    def surroundings(self) -> tuple[RequestPart, ...]:
        """Return what runs around every request, middleware and exception handlers, without running any endpoint."""
        return self.life.surround()

    @property
    def requests(self) -> tuple[RequestPart, ...]:
        """Return what runs for requests."""
        return self.life.serve()

    def several_processes(self) -> Served | None:
        """Return a deployment that runs the application in more than one process for production, None without one."""
        for served in self.served:
            if served.processes.several and not served.deployment.is_development:
                return served
        return None

    @property
    def stack_is_known(self) -> bool:
        """Return whether nothing about the middleware is left open."""
        return not any(True for _ in self._app_unknowns())

    def _app_unknowns(self) -> Iterator[tuple[str, Site]]:
        record = self.instance.record
        yield from getattr(record, "unresolved", ())


class Project(Struct, eq=False):
    """All applications of a project and what they are read from."""

    apps: tuple[App, ...]
    facts: Mapping[str, ModuleFacts]
    """Facts by path, of the files that were needed."""
    sources: Mapping[str, str] = field(default_factory=dict)
    unfound: tuple[str, ...] = ()
    """The configured import strings that lead to no application."""
    deployments: tuple[Deployment, ...] = ()
    """All of them, those that start no known application among them."""
    databases: tuple[Database, ...] = ()
    naming_workers: tuple[str, ...] = ()
    """The files that may name a worker class of uvicorn, sorted."""

    def comments(self, path: str) -> tuple[Comment, ...]:
        """Return the comments that were kept of a file."""
        facts = self.facts.get(path)
        return facts.comments if facts is not None else ()
