"""A bar on the terminal while a long run goes on; it leaves no trace.

The thread that works draws it. The one that erases it does not always wait for that one: after an interrupt the work
may go on for a moment, and must then draw no more.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 1.0
_INTERVAL = 0.1
_BAR = 24


@dataclass(slots=True)
class Progress:
    """A bar that shows itself once a run takes longer than a second; `clock` counts seconds."""

    stream: TextIO
    clock: Callable[[], float]
    _started: float = field(init=False)
    _drawn: float | None = field(init=False, default=None)
    _length: int = field(init=False, default=0)
    _is_closed: bool = field(init=False, default=False)
    _drawing: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._started = self.clock()

    def close(self) -> None:
        """Erase the bar for good."""
        with self._drawing:
            self._is_closed = True
            if self._length:
                self._write("\r" + " " * self._length + "\r")

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` files are done."""
        now = self.clock()
        if now - self._started < _PATIENCE or (self._drawn is not None and now - self._drawn < _INTERVAL):
            return
        self._drawn = now
        filled = min(_BAR, _BAR * done // max(1, total))
        text = f"[{'#' * filled}{' ' * (_BAR - filled)}] {done}/{total} files"
        with self._drawing:
            if not self._is_closed:
                self._write("\r" + text.ljust(self._length))
                self._length = max(self._length, len(text))

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self.stream.write(text)
            self.stream.flush()
