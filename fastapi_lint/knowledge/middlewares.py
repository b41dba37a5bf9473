"""What known middleware of libraries does with requests, and which calls of libraries add middleware.

From the sources of slowapi 0.1.10, starlette-csrf 3.0.0, asgi-ratelimit 0.10.0, fastapi-guard 8.1.2 and
prometheus-fastapi-instrumentator 8.1.0.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

REJECTING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "slowapi.middleware.SlowAPIMiddleware": "429 over the limit",
        "slowapi.middleware.SlowAPIASGIMiddleware": "429 over the limit",
        "starlette_csrf.CSRFMiddleware": "403 without the token",
        "starlette_csrf.middleware.CSRFMiddleware": "403 without the token",
        "ratelimit.RateLimitMiddleware": "429 over the limit",
        "ratelimit.core.RateLimitMiddleware": "429 over the limit",
        "guard.SecurityMiddleware": "403 for what it takes for an attack",
        "guard.middleware.SecurityMiddleware": "403 for what it takes for an attack",
    }
)
"""Middleware that answers some requests without calling on, and with what."""

_REGISTERING: Final = (("prometheus_fastapi_instrumentator.", ".instrument"),)


def adds_middleware(call: str) -> bool:
    """Return whether a call of a library, by its dotted name, adds middleware to the application that it is given."""
    return any(call.startswith(start) and call.endswith(end) for start, end in _REGISTERING)
