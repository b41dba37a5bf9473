"""Names of FastAPI and Starlette: where each can be imported from, and the one name that the replay uses for it.

From the sources of FastAPI 0.65 to 0.165 and Starlette 0.14 to 1.10: `fastapi/__init__.py` and the modules that
only pass on Starlette's objects (`fastapi/requests.py`, `fastapi/responses.py`, `fastapi/middleware/*`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

APP: Final = "fastapi.FastAPI"
STARLETTE: Final = "starlette.applications.Starlette"
ROUTER: Final = "fastapi.APIRouter"
STARLETTE_ROUTER: Final = "starlette.routing.Router"
DEPENDS: Final = "fastapi.Depends"
SECURITY: Final = "fastapi.Security"
MIDDLEWARE: Final = "starlette.middleware.Middleware"
MOUNT: Final = "starlette.routing.Mount"
REQUEST: Final = "starlette.requests.Request"
CONNECTION: Final = "starlette.requests.HTTPConnection"
WEBSOCKET: Final = "starlette.websockets.WebSocket"
STATE: Final = "starlette.datastructures.State"
CORS: Final = "starlette.middleware.cors.CORSMiddleware"
AUTHENTICATION: Final = "starlette.middleware.authentication.AuthenticationMiddleware"
HTTP_EXCEPTIONS: Final = frozenset({"fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"})

APPLICATIONS: Final = frozenset({APP, STARLETTE})
ROUTERS: Final = frozenset({ROUTER, STARLETTE_ROUTER})

_CANONICAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fastapi.applications.FastAPI": APP,
        "fastapi.routing.APIRouter": ROUTER,
        "fastapi.param_functions.Depends": DEPENDS,
        "fastapi.param_functions.Security": SECURITY,
        "fastapi.params.Depends": DEPENDS,
        "fastapi.params.Security": SECURITY,
        "fastapi.middleware.Middleware": MIDDLEWARE,
        "fastapi.Request": REQUEST,
        "fastapi.requests.Request": REQUEST,
        "fastapi.requests.HTTPConnection": CONNECTION,
        "fastapi.WebSocket": WEBSOCKET,
        "fastapi.websockets.WebSocket": WEBSOCKET,
        "fastapi.WebSocketDisconnect": "starlette.websockets.WebSocketDisconnect",
        "fastapi.websockets.WebSocketDisconnect": "starlette.websockets.WebSocketDisconnect",
        "fastapi.HTTPException": "fastapi.exceptions.HTTPException",
        "fastapi.BackgroundTasks": "fastapi.background.BackgroundTasks",
        "fastapi.Response": "starlette.responses.Response",
        "fastapi.datastructures.State": STATE,
        "fastapi.middleware.cors.CORSMiddleware": "starlette.middleware.cors.CORSMiddleware",
        "fastapi.middleware.gzip.GZipMiddleware": "starlette.middleware.gzip.GZipMiddleware",
        "fastapi.middleware.trustedhost.TrustedHostMiddleware": (
            "starlette.middleware.trustedhost.TrustedHostMiddleware"
        ),
        "fastapi.middleware.httpsredirect.HTTPSRedirectMiddleware": (
            "starlette.middleware.httpsredirect.HTTPSRedirectMiddleware"
        ),
        "fastapi.middleware.wsgi.WSGIMiddleware": "starlette.middleware.wsgi.WSGIMiddleware",
        "fastapi.staticfiles.StaticFiles": "starlette.staticfiles.StaticFiles",
        "fastapi.concurrency.run_in_threadpool": "starlette.concurrency.run_in_threadpool",
        "fastapi.routing.Mount": MOUNT,
        "typing_extensions.Annotated": "typing.Annotated",
        "typing_extensions.Optional": "typing.Optional",
        "typing_extensions.Union": "typing.Union",
    }
)
_RESPONSES: Final = "fastapi.responses."

EXPORTED: Final = frozenset(
    {
        "APIRouter",
        "BackgroundTasks",
        "Body",
        "Cookie",
        "Depends",
        "FastAPI",
        "File",
        "Form",
        "HTTPException",
        "Header",
        "Path",
        "Query",
        "Request",
        "Response",
        "Security",
        "UploadFile",
        "WebSocket",
        "WebSocketDisconnect",
        "WebSocketException",
        "status",
    }
)
"""What `from fastapi import *` binds (`fastapi/__init__.py`, without `__all__`)."""

VERBS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


def canonical(name: str) -> str:
    """Return the one name for a framework object that can be imported from several places; any other name as is."""
    found = _CANONICAL.get(name)
    if found is not None:
        return found
    return "starlette.responses." + name[len(_RESPONSES) :] if name.startswith(_RESPONSES) else name
