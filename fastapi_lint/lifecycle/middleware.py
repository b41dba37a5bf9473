"""The middleware stack of an application, outermost first.

`add_middleware` and `@app.middleware("http")` insert at the front, so the last added is the outermost; a
`middleware=[...]` list keeps its order, first outermost, inside of all that is added later
(`starlette/applications.py`: `user_middleware.insert(0, ...)`, `build_middleware_stack`; all versions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.lifecycle.naming import full_name, short_name
from fastapi_lint.lifecycle.registrations import AppRecord, MiddlewareAdded
from fastapi_lint.lifecycle.values import External

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.values import Instance, Value

_DISPATCHING: Final = ".BaseHTTPMiddleware"


class Middleware(Struct, eq=False):
    """One middleware of a stack; `rank` 0 is the outermost, `registered` counts in the order of registration."""

    added: MiddlewareAdded
    rank: int
    registered: int

    @property
    def what(self) -> Value:
        """Return the class or function; what `BaseHTTPMiddleware` is given to dispatch to stands for itself."""
        given = self.added.middleware
        if isinstance(given, External) and given.name.endswith(_DISPATCHING):
            return self.added.arguments.get(0, "dispatch") or given
        return given

    @property
    def name(self) -> str:
        """Return `module:qualname` of the class or function."""
        return full_name(self.what)

    @property
    def short(self) -> str:
        """Return the bare name of the class or function."""
        return short_name(self.what)


def stack_of(app: Instance) -> tuple[Middleware, ...]:
    """Return the user's middleware of an application, outermost first."""
    record = app.record
    if not isinstance(record, AppRecord):
        return ()
    listed = [added for added in record.middleware if added.via == "constructor"]
    later = [added for added in record.middleware if added.via != "constructor"]
    in_order = [*listed, *later]
    outermost_first = [*reversed(later), *listed]
    return tuple(Middleware(added, rank, in_order.index(added)) for rank, added in enumerate(outermost_first))
