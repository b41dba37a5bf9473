"""The security schemes of the framework, and where one of their classes stands for an object of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.classes import class_attribute, external_bases
from fastapi_lint.lifecycle.suspension import written
from fastapi_lint.lifecycle.values import ClassValue, External, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.dependencies import Dependency
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Value

_CHECKING: Final = frozenset({"HTTPBasic", "HTTPBearer", "HTTPDigest"})
_DECLARING: Final = frozenset(
    {
        "APIKeyCookie",
        "APIKeyHeader",
        "APIKeyQuery",
        "OAuth2",
        "OAuth2AuthorizationCodeBearer",
        "OAuth2PasswordBearer",
        "OpenIdConnect",
    }
)
"""The schemes whose objects look into the request when they are called (`fastapi/security/`, all versions).

Those of the first set can be made without arguments, so that a request may pass; what the others need to be made is
asked of the client as query parameters.
"""
_CONNECTIONS: Final = frozenset({"HTTPConnection", "Request", "WebSocket"})


def uncalled_schemes(app: App) -> Iterator[tuple[Dependency, str, bool]]:
    """Yield the uses that ask for a class of a scheme: the use, the class's name, whether a request may pass it."""
    for endpoint in app.endpoints:
        for use in endpoint.graph.walk():
            scheme = _scheme(use.call) if use.is_resolved else ""
            if scheme and not _looks_itself(use):
                name = use.call.name if isinstance(use.call, ClassValue) else scheme
                yield use, name, scheme in _CHECKING


def _scheme(call: Value) -> str:
    """Return the scheme that a class is or derives from, empty for anything else."""
    match call:
        case External(name=name):
            names = [name]
        case ClassValue():
            names = list(external_bases(call))
        case _:
            return ""
    found = (name.rpartition(".")[2] for name in names if name.startswith("fastapi.security"))
    return next((name for name in found if name in _CHECKING | _DECLARING), "")


def _looks_itself(use: Dependency) -> bool:
    """Return whether a class of the project already looks into the request while an object of it is made."""
    made = class_attribute(use.call, "__init__") if isinstance(use.call, ClassValue) else None
    if made is None or not isinstance(made[0], FunctionValue):
        return False
    annotated = (written(param.annotation) for param in made[0].definition.params)
    return bool(use.children) or any(name.rpartition(".")[2] in _CONNECTIONS for name in annotated)
