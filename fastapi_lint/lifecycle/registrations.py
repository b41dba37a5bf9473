"""What a project tells the framework, in the order in which it does: middleware, routes, events, handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Union

from msgspec import Struct, field

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.values import (
        Arguments,
        Conditions,
        Dictionary,
        Instance,
        Phase,
        Site,
        Value,
    )


class Registration(Struct, eq=False, kw_only=True):
    """Any of them: where it was made, in which undecided branches, when, and its place in the order of all."""

    site: Site
    conditions: Conditions
    phase: Phase
    order: int
    activation: Activation | None = None
    """What ran when it was made."""


class MiddlewareAdded(Registration, eq=False, kw_only=True):
    """One middleware of an application; those of a constructor list share the list's order and have an index."""

    middleware: Value
    arguments: Arguments
    via: Literal["add_middleware", "decorator", "constructor"]
    index: int = 0


class RouteAdded(Registration, eq=False, kw_only=True):
    """One route of a router; `methods` is None where they could not be resolved."""

    kind: Literal["http", "websocket"]
    methods: tuple[str, ...] | None
    path: Value
    endpoint: Value
    arguments: Arguments
    is_plain: bool = False
    """Whether it is Starlette's own kind of route, without dependencies."""
    is_ready: bool = False
    """Whether it came as a route object, which takes nothing from the router that it is put into."""


class RouterIncluded(Registration, eq=False, kw_only=True):
    """`include_router`; `taken` is how many entries the router had then (before 0.137 later ones are lost)."""

    router: Value
    prefix: Value
    arguments: Arguments
    taken: int


class Mounted(Registration, eq=False, kw_only=True):
    """`mount`, `host` or `frontend`."""

    kind: Literal["mount", "host", "frontend"]
    path: Value
    app: Value
    arguments: Arguments


class UnknownRoutes(Registration, eq=False, kw_only=True):
    """Routes were added in a way that could not be followed."""

    reason: str


class EventAdded(Registration, eq=False, kw_only=True):
    """A start-up or shutdown handler; `event` is empty where it could not be resolved."""

    event: str
    handler: Value
    via: Literal["on_event", "add_event_handler", "on_startup", "on_shutdown"]
    is_of_app: bool = False
    """Whether the application itself was told by a call, rather than its router or a constructor."""


class HandlerAdded(Registration, eq=False, kw_only=True):
    """An exception handler."""

    handles: Value
    handler: Value


RouterEntry = Union[RouteAdded, RouterIncluded, Mounted, UnknownRoutes]  # noqa: UP007  # a runtime alias on 3.10


class RouterRecord(Struct, eq=False):
    """What a router was told; an application has one too."""

    prefix: Value
    dependencies: Value | None
    lifespan: Value | None
    arguments: Arguments
    is_fastapi: bool
    entries: list[RouterEntry] = field(default_factory=list)
    events: list[EventAdded] = field(default_factory=list)


class AppRecord(Struct, eq=False):
    """What an application was told."""

    router: Instance
    state: Instance
    overrides: Dictionary
    lifespan: Value | None
    arguments: Arguments
    is_fastapi: bool
    middleware: list[MiddlewareAdded] = field(default_factory=list)
    handlers: list[HandlerAdded] = field(default_factory=list)
    unresolved: list[tuple[str, Site]] = field(default_factory=list)
    """What was done to the application that could not be followed: a reason and its place."""
