"""How the work of a run is done: on a stack deep enough for any code, and without looking for garbage."""

from __future__ import annotations

import gc
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STACK: Final = 256 << 20
_DEEP: Final = 20_000
T = TypeVar("T")


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage in the meantime: nearly all that a run makes lives to its end, and looking takes a sixth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def deeply(work: Callable[[], T]) -> T:
    """Do work on a stack that deeply nested code cannot exhaust, and return what it returns."""
    results: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, _DEEP))
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # handed to the caller's thread
            errors.append(error)
        finally:
            sys.setrecursionlimit(before)

    size = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
