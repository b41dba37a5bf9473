"""Registries of WebSockets: whether messages go to the sockets in one, and whether a broker stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.knowledge import resources
from fastapi_lint.knowledge.framework import WEBSOCKET
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.state import State, Use, effects_of, library_calls, reachable
from fastapi_lint.lifecycle.values import Dictionary, External, Instance, OneOf, Sequence

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.model import App

_DEEPEST = 5


def sends_to_others(state: State) -> Use | None:
    """Return a use of a registry of sockets after which a message goes to sockets out of it, None without one."""
    for use in state.reads:
        for activation, _ in reachable(use.activation):
            for call in library_calls(activation):
                if call.name.rpartition(".")[2] in resources.SENDS and _is_socket_of(call, state):
                    return use
    return None


def _is_socket_of(call: ExternalCall, state: State) -> bool:
    receiver = call.receiver
    if not isinstance(receiver, Instance):
        return False
    if isinstance(receiver.type, External) and receiver.type.name == WEBSOCKET:
        return _is_inside(receiver, state.target, 0)
    return False


def _is_inside(socket: Instance, container: object, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    match container:
        case Sequence():
            return any(item is socket or _is_inside(socket, item, depth + 1) for item in container.items)
        case Dictionary():
            return any(
                part is socket or _is_inside(socket, part, depth + 1) for pair in container.items for part in pair
            )
        case OneOf():
            return any(option is socket or _is_inside(socket, option, depth + 1) for option in container.options)
        case Instance():
            return any(item is socket or _is_inside(socket, item, depth + 1) for item in container.attributes.values())
        case _:
            return False


def hears_a_broker(app: App) -> bool:
    """Return whether anything of an application listens to what other processes publish."""
    roots = [lifespan.activation for lifespan in app.lifespans] + [part.activation for part in app.requests]
    for _, effect in effects_of(roots):
        if isinstance(effect, ExternalCall):
            module, _, last = effect.name.rpartition(".")
            if last in resources.BROKER_METHODS and f"{module}.".startswith(resources.BROKER_MODULES):
                return True
    return False
