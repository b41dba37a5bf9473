"""What stands for a dependency by an application's `dependency_overrides`, as far as the import decides it.

From `solve_dependencies` in `fastapi/dependencies/utils.py`: the application that a route belongs to is asked for what
stands for the callable, at every level of the graph; the cache still goes by the callable that it stands for. Routes of
a router that is served or mounted on its own have no application to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.lifecycle.dependencies import same_callable
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.values import Literal, OneOf, Unknown

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.values import Instance, Value


@dataclass(frozen=True, slots=True)
class Overrides:
    """The pairs of a dependency and what stands for it; where they are not decided, there are none."""

    pairs: tuple[tuple[Value, Value], ...] = ()
    is_known: bool = True

    def instead_of(self, call: Value) -> Value | None:
        """Return what stands for a callable, None where it stands for itself."""
        return next((value for key, value in self.pairs if same_callable(key, call)), None)


def overrides_of(owner: Instance) -> Overrides:
    """Return the overrides of the application or router that holds a route."""
    record = owner.record
    if not isinstance(record, AppRecord) or not record.is_fastapi:
        return Overrides()
    written = record.overrides
    is_known = not written.open and not any(
        isinstance(one, Unknown | OneOf | Literal) for pair in written.items for one in pair
    )
    return Overrides(tuple(written.items) if is_known else (), is_known)
