"""How values are called: `module:qualname` for other programs, the bare name for people."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Site,
    TypeForm,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECURITY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "api_key": ("APIKeyCookie", "APIKeyHeader", "APIKeyQuery"),
        "http": ("HTTPAuthorizationCredentials", "HTTPBasic", "HTTPBasicCredentials", "HTTPBearer", "HTTPDigest"),
        "oauth2": (
            "OAuth2",
            "OAuth2AuthorizationCodeBearer",
            "OAuth2PasswordBearer",
            "OAuth2PasswordRequestForm",
            "OAuth2PasswordRequestFormStrict",
            "SecurityScopes",
        ),
        "open_id_connect_url": ("OpenIdConnect",),
    }
)
_DEFINED: Final[Mapping[str, str]] = MappingProxyType(
    {f"fastapi.security.{name}": f"fastapi.security.{part}" for part, names in _SECURITY.items() for name in names}
)
"""The modules of what `fastapi/security/__init__.py` passes on (0.65 to 0.165)."""


def full_name(value: Value) -> str:
    """Return `module:qualname` as Python's `__module__` and `__qualname__` give them, empty where neither is known."""
    match value:
        case FunctionValue() if isinstance(value.wrapped, FunctionValue):
            return full_name(value.wrapped)
        case FunctionValue() | ClassValue():
            return f"{value.module.name}:{value.qualname}"
        case Method():
            return full_name(value.function)
        case External():
            module, _, name = value.name.rpartition(".")
            return f"{_DEFINED.get(value.name, module)}:{name}"
        case Instance():
            return variable_name(value) or full_name(value.type)
        case PartialValue():
            return full_name(value.function)
        case Member():
            return f"{full_name(value.receiver)}.{value.name}"
        case TypeForm() if not isinstance(value.base, str):
            return full_name(value.base)
        case ModuleValue():
            return value.name
        case _:
            return ""


def short_name(value: Value) -> str:
    """Return the bare name that people use for a value."""
    match value:
        case OneOf():
            return short_name(value.options[0])
        case _:
            name = full_name(value)
            return name.rpartition(":")[2].replace("<locals>.", "").rpartition(".")[2] or name


def variable_name(value: Instance) -> str:
    """Return `module:variable` for an object bound to a module-level name."""
    origin = value.origin
    return origin.name if isinstance(origin, External) and ":" in origin.name else ""


def site_of(value: Value) -> Site | None:
    """Return where a value was defined or made, None for what the project does not hold."""
    match value:
        case FunctionValue() | ClassValue() | Instance() | PartialValue():
            return value.site
        case Method():
            return value.function.site
        case OneOf():
            return site_of(value.options[0])
        case _:
            return None
