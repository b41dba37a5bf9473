"""Work in child processes under supervision: one that dies, hangs or wants too much memory loses one result, its own.

The standard library's pool gives up all results when one process dies. Here each child answers one task at a time over
a pipe of its own; a child that ends without an answer has died of the task it was at, which is told as `Lost`; what it
was given beyond that goes to another child. The limits are the kernel's, so they hold inside a parser that never comes
back: a timer of CPU time, one of wall time, and a limit of address space. Nothing is pickled: a task is an index into
what the child inherited by `fork`, a result is bytes.
"""

from __future__ import annotations

import os
import selectors
import signal
import struct
import warnings
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CAN_SUPERVISE: Final = hasattr(os, "fork") and hasattr(signal, "setitimer")
"""Whether the platform has what supervision needs; without it the guard alone stands before the parser."""

SECONDS: Final = 10
"""CPU time that a task may take if its weight is not above `_WEIGHT`; each `_WEIGHT` more adds as much."""
_WEIGHT: Final = 256 << 10
WAITING: Final = 12
"""How many times longer a task may take by the clock on the wall: the machine may have other things to do."""
MEMORY: Final = 2 << 30
"""Bytes by which a child may grow."""
_HEADER: Final = struct.Struct("<II")
_INDEX: Final = struct.Struct("<I")
_AHEAD: Final = 2
"""Tasks that a child is given at once, so that it need not wait for the next."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a task has no result."""

    reason: str


class Children:
    """The living children of a run; `stop` ends them and lets no more begin."""

    def __init__(self) -> None:
        """Begin without children."""
        self._pids: set[int] = set()
        self.is_stopped = False

    def add(self, pid: int) -> None:
        """Know a child."""
        self._pids.add(pid)
        if self.is_stopped:
            self.stop()

    def reap(self, pid: int) -> tuple[int, int]:
        """Wait for a child's end and return its status and the largest size it had, in KiB."""
        try:
            _, status, usage = os.wait4(pid, 0)
        except ChildProcessError:
            return 0, 0
        finally:
            self._pids.discard(pid)
        return status, usage.ru_maxrss

    def stop(self) -> None:
        """End all children at once."""
        self.is_stopped = True
        for pid in tuple(self._pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in tuple(self._pids):
            self.reap(pid)


def supervised(
    weights: list[int], work: Callable[[int], bytes], count: int, children: Children, waiting: int | None = None
) -> Iterator[tuple[int, bytes | Lost]]:
    """Yield each task's index with its result, in the order in which they are done.

    `weights` are the sizes of the tasks, which begin in this order; `work` makes one's result in a child; `count` is
    how many children there may be at a time. Children end with the iterator, however it ends. `waiting` is how many
    times longer than its CPU time a task may take by the clock on the wall, where that is not to be the usual.
    """
    crew = _Crew(weights, work, min(count, len(weights)), children, WAITING if waiting is None else waiting)
    try:
        yield from crew.results()
    finally:
        crew.dismiss()


@dataclass(slots=True, eq=False)
class _Child:
    pid: int
    tasks: int
    """The end of a pipe into which indexes go."""
    answers: int
    life: int
    """The end of a pipe into which nothing ever goes: that it is closed tells the child that this process is gone."""
    given: deque[int] = field(default_factory=deque)
    received: bytearray = field(default_factory=bytearray)

    def close(self) -> None:
        for end in (self.tasks, self.answers, self.life):
            os.close(end)


class _Crew:
    """The children of one call of `supervised`."""

    def __init__(
        self, weights: list[int], work: Callable[[int], bytes], count: int, children: Children, waiting: int
    ) -> None:
        self._waits = waiting
        self._weights = weights
        self._work = work
        self._count = count
        self._known = children
        self._waiting = deque(range(len(weights)))
        self._crew: list[_Child] = []
        self._selector = selectors.DefaultSelector()

    def results(self) -> Iterator[tuple[int, bytes | Lost]]:
        for _ in range(self._count):
            self._begin()
        while self._crew and not self._known.is_stopped:
            for key, _ in self._selector.select():
                yield from self._heard(key.data)

    def dismiss(self) -> None:
        for child in tuple(self._crew):
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            self._end(child)
        self._selector.close()

    def _begin(self) -> None:
        if not self._waiting or self._known.is_stopped:
            return
        task_out, task_in = os.pipe()
        answer_out, answer_in = os.pipe()
        life_out, life_in = os.pipe()
        pid = _forked()
        if not pid:
            # The ends of others' pipes must not stay open here, or their children would not notice the parent's end.
            for other in self._crew:
                other.close()
            for end in (task_in, answer_out, life_in):
                os.close(end)
            _serve(life_out, task_out, answer_in, self._allowed, self._work)
        self._known.add(pid)
        os.close(task_out)
        os.close(answer_in)
        os.close(life_out)
        child = _Child(pid, task_in, answer_out, life_in)
        self._crew.append(child)
        self._selector.register(answer_out, selectors.EVENT_READ, child)
        self._feed(child)

    def _allowed(self, index: int) -> tuple[float, float]:
        """Return the seconds that a task may take, of CPU and by the clock on the wall."""
        seconds = SECONDS * (1 + self._weights[index] // _WEIGHT)
        return seconds, seconds * self._waits

    def _feed(self, child: _Child) -> None:
        while self._waiting and len(child.given) < _AHEAD:
            index = self._waiting.popleft()
            child.given.append(index)
            with suppress(BrokenPipeError):  # its end is noticed where its answers are read
                os.write(child.tasks, _INDEX.pack(index))

    def _heard(self, child: _Child) -> Iterator[tuple[int, bytes | Lost]]:
        data = os.read(child.answers, _CHUNK)
        if not data:
            yield from self._died(child)
            return
        child.received += data
        while len(child.received) >= _HEADER.size:
            index, length = _HEADER.unpack_from(child.received)
            end = _HEADER.size + length
            if len(child.received) < end:
                break
            result = bytes(child.received[_HEADER.size : end])
            del child.received[:end]
            child.given.popleft()
            self._feed(child)
            yield index, result
        if not child.given:
            self._end(child)

    def _died(self, child: _Child) -> Iterator[tuple[int, bytes | Lost]]:
        status, size = self._end(child)
        if child.given:
            guilty = child.given.popleft()
            self._waiting.extendleft(reversed(child.given))
            yield guilty, Lost(_cause(status, size))
        self._begin()

    def _end(self, child: _Child) -> tuple[int, int]:
        self._crew.remove(child)
        self._selector.unregister(child.answers)
        child.close()
        return self._known.reap(child.pid)


def _forked() -> int:
    with warnings.catch_warnings():
        # Python 3.12 and later warn of forking beside threads; the only other one of a run waits for this one.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _cause(status: int, size: int) -> str:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in {signal.SIGPROF, signal.SIGALRM}:
        return "the parser took too long"
    if number == signal.SIGKILL or (number != signal.SIGSEGV and size > MEMORY >> 11):
        return "the parser needed too much memory"
    return "the parser died on this file"


def _serve(
    life: int,
    tasks: int,
    answers: int,
    allowed: Callable[[int], tuple[float, float]],
    work: Callable[[int], bytes],
) -> None:
    """Work in the child until there are no more tasks; never returns."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPROF, signal.SIGALRM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        _die_with_parent(life)
        _limit_memory()
        # What a dying parser prints is of no use beside what is told of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        while len(read := os.read(tasks, _INDEX.size)) == _INDEX.size:
            (index,) = _INDEX.unpack(read)
            seconds, waited = allowed(index)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.setitimer(signal.ITIMER_REAL, waited)
            try:
                result = work(index)
                answer = _HEADER.pack(index, len(result)) + result
            except MemoryError:
                os.kill(os.getpid(), signal.SIGKILL)
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            view = memoryview(answer)
            while view:
                view = view[os.write(answers, view) :]
    finally:
        os._exit(0)


def _die_with_parent(life: int) -> None:
    """Let the kernel end this process, wherever it is, once the other end of `life` is closed; Linux does so."""
    with suppress(ImportError, OSError, AttributeError):
        import fcntl  # noqa: PLC0415  # not on every platform

        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(life, fcntl.F_SETFL, os.O_ASYNC)


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  # not on every platform

        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            size = int(file.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = size + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
