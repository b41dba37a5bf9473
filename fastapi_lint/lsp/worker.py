"""The thread that checks: one for the whole server, with a stack that deeply nested code cannot exhaust."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, TypeVar

from fastapi_lint.core.errors import FastapiLintError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_STACK: Final = 256 << 20
_DEEP: Final = 20_000


class Worker:
    """Does one piece of work after another, away from the event loop; made and asked on that loop."""

    def __init__(self) -> None:
        """Start the thread; it ends with the process."""
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        size = threading.stack_size(_STACK)
        try:
            threading.Thread(target=self._run, name="check", daemon=True).start()
        finally:
            threading.stack_size(size)

    async def do(self, work: Callable[[], T]) -> T:
        """Return what the work returns, once it was its turn.

        Raises:
            FastapiLintError: what the work raises, or one that tells of a mistake of ours.

        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def whole() -> None:
            try:
                result = work()
            except FastapiLintError as error:
                _tell(loop, done, error=error)
            except Exception as error:  # noqa: BLE001  # a mistake of ours must not end the session
                message = f"internal error: {type(error).__name__}: {error}; please report this"
                _tell(loop, done, error=FastapiLintError(message))
            else:
                _tell(loop, done, result)

        self._work.put(whole)
        return await done

    def _run(self) -> None:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEP))
        while True:
            self._work.get()()


def _tell(
    loop: asyncio.AbstractEventLoop, done: asyncio.Future[T], result: T | None = None, error: Exception | None = None
) -> None:
    def tell() -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # there is one where there is no error

    # The loop is gone where the client is.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(tell)
