"""What known middleware of libraries does with requests, and which calls of libraries add middleware.

From the sources of slowapi 0.1.10, starlette-csrf 3.0.0, asgi-ratelimit 0.10.0, fastapi-guard 8.1.2 and
prometheus-fastapi-instrumentator 8.1.0; each of the first four was tried around a `CORSMiddleware` under FastAPI 0.165.

- slowapi answers by the `default_limits` and `application_limits` of the limiter alone: routes with a limit of their
  own are left to their decorator, whose exception is answered inside (`slowapi/middleware.py`, `_should_exempt`).
- starlette-csrf refuses requests of other methods than `safe_methods`, so no preflight, and nothing turns that off.
- asgi-ratelimit refuses on the paths in its `config`, preflights too, with what `on_blocked` gives.
- fastapi-guard refuses unless `passive_mode` only watches, preflights too; with `enable_cors` its own answers have the
  headers (`guard/middleware.py`, `_inject_cors_headers`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SLOWAPI: Final = frozenset({"slowapi.middleware.SlowAPIMiddleware", "slowapi.middleware.SlowAPIASGIMiddleware"})
ASGI_RATELIMIT: Final = frozenset({"ratelimit.RateLimitMiddleware", "ratelimit.core.RateLimitMiddleware"})
GUARD: Final = frozenset(
    {
        "guard.SecurityMiddleware",
        "guard.middleware.SecurityMiddleware",
        "guard.PureASGISecurityMiddleware",
        "guard.asgi.PureASGISecurityMiddleware",
    }
)

REJECTING: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(SLOWAPI, "429 over the limit"),
        "starlette_csrf.CSRFMiddleware": "403 without the token",
        "starlette_csrf.middleware.CSRFMiddleware": "403 without the token",
        **dict.fromkeys(ASGI_RATELIMIT, "429 over the limit"),
        **dict.fromkeys(GUARD, "403 for what it takes for an attack"),
    }
)
"""Middleware that answers some requests without calling on, and with what; most do so by their settings."""

_REGISTERING: Final = (("prometheus_fastapi_instrumentator.", ".instrument"),)


def adds_middleware(call: str) -> bool:
    """Return whether a call of a library, by its dotted name, adds middleware to the application that it is given."""
    return any(call.startswith(start) and call.endswith(end) for start, end in _REGISTERING)
