"""The files of one run: read once, extracted in parallel, asked for by path."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import LineIndex
from fastapi_lint.engine.cache import Entry, FactsCache
from fastapi_lint.engine.memory import Extracted
from fastapi_lint.engine.workers import CAN_SUPERVISE, Children, Lost, supervised
from fastapi_lint.facts.bodies import Bodies
from fastapi_lint.facts.codec import decode as decode_facts
from fastapi_lint.facts.codec import encode as encode_facts
from fastapi_lint.facts.placing import between, moved
from fastapi_lint.source.decoding import decode
from fastapi_lint.source.guard import StrainedError
from fastapi_lint.source.loading import libcst
from fastapi_lint.source.syntax import check_syntax

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.core.span import Location
    from fastapi_lint.engine.memory import Memory
    from fastapi_lint.facts.model import ModuleFacts

MAX_BYTES: Final = 1 << 20
"""Files above this size are not checked unless the settings allow more."""
_MAX_LOCK: Final = 4 << 20
"""Lock files are long by nature."""

_LOCKS: Final = (".lock", "pylock.toml")
_PARALLEL_ABOVE: Final = 600_000
"""Bytes of Python below which a second process costs more than it gains."""
_DEEP: Final = 5_000
"""Frames that LibCST needs for the longest expressions that the guard lets pass."""
_CHEAPER: Final = 8
"""How many times cheaper it is to see whether a file parses than to extract its facts."""
_REPORT: Final = "leave it out with `extend-exclude`, and please report it"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be checked: where, why, and what to do."""

    path: str
    offset: int
    message: str
    hint: str = ""


class Files:
    """The files of a project below its root; paths are project-relative and POSIX."""

    def __init__(
        self,
        root: Path,
        cache: FactsCache | None = None,
        max_bytes: int = MAX_BYTES,
        *,
        memory: Memory | None = None,
        unsaved: Mapping[str, bytes] | None = None,
        cancel: Cancel | None = None,
        children: Children | None = None,
    ) -> None:
        """Take the root, the store of facts that were extracted before, the largest size to read, and a session's.

        That is its memory, the texts that stand in place of files (where they cannot be parsed, the last good facts
        stand in for them), and what asks for work to be given up. `children` knows the processes in which files are
        read while they live.
        """
        self._root = root
        self._children = children if children is not None else Children()
        self._done = 0
        self._max_bytes = max_bytes
        self._cache = cache
        self._memory = memory
        self._unsaved = frozenset(unsaved or ())
        self._cancel = cancel
        self._bytes: dict[str, bytes] = dict(unsaved or {})
        self._missed: set[str] = set()
        self._python: dict[str, bytes] = {}
        self._facts: dict[str, ModuleFacts] = {}
        self._bodies: dict[str, Bodies] = {}
        self._indexes: dict[str, LineIndex] = {}
        self._encodings: dict[str, str] = {}
        self._failed: set[str] = set()
        self._problems: list[Problem] = []
        self._is_uncertain = False

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raises OSError for one that is no regular file, too large or cannot be read."""
        known = self._bytes.get(path)
        if known is not None:
            return self._affordable(path, known)
        self._missed.add(path)
        data = self._bytes[path] = self._content(path)
        self._missed.discard(path)
        return data

    def _content(self, path: str) -> bytes:
        file = self._root / path
        # Opened without waiting, and asked only then: what lies under the path may be another thing each time.
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as opened:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(errno.EINVAL, "no regular file")
            return self._affordable(path, opened.read(self._limit(path) + 1))

    def _affordable(self, path: str, data: bytes) -> bytes:
        if len(data) > self._limit(path):
            raise OSError(errno.EFBIG, f"larger than {self._limit(path) // 1024} KiB")
        return data

    def _limit(self, path: str) -> int:
        return max(self._max_bytes, _MAX_LOCK) if path.endswith(_LOCKS) else self._max_bytes

    def known(self, path: str) -> bytes | None:
        """Return the bytes of a file that was read before, None for any other."""
        return self._bytes.get(path)

    def seen(self) -> Mapping[str, bytes | None]:
        """Return all files that were asked for with their bytes, None for those that could not be read."""
        return {**self._bytes, **dict.fromkeys(self._missed)}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what went wrong beside the files themselves: a cache that cannot be written."""
        return (self._cache.warning,) if self._cache is not None and self._cache.warning else ()

    def is_uncertain(self) -> bool:
        """Return whether a file was not read for a reason that may be gone the next time."""
        return self._is_uncertain

    def facts(self, path: str) -> ModuleFacts | None:
        """Return the facts of a Python file, extracted now if need be; None for one that cannot be read or parsed."""
        found = self._facts.get(path)
        if found is None and path in self._python and path not in self._failed and not self._recall(path):
            task = Task(path, is_wanted=True)
            if not self._read_here(task):
                self._supervise([task], 1)
        return self._facts.get(path) if found is None else found

    def asked_bodies(self, path: str) -> tuple[int, ...]:
        """Return where the bodies of a file begin that somebody asked for."""
        bodies = self._bodies.get(path)
        return bodies.asked if bodies is not None else ()

    def kept_facts(self, key: bytes, asked: Collection[int]) -> ModuleFacts | None:
        """Return the facts of a content by its hash, with the bodies that were asked for; None where they are not kept.

        No other body can be read of them.
        """
        entry = self._cache.known(key) if self._cache is not None else None
        if entry is None or not entry.facts or not all(start in entry.bodies for start in asked):
            return None
        return decode_facts(entry.facts, Bodies(b"", entry.bodies))

    def lines(self, path: str) -> LineIndex:
        """Return the line index of a file; an empty one for a file that cannot be read."""
        known = self._indexes.get(path)
        if known is None:
            try:
                data = self.read(path)
            except OSError:
                data = b""
            known = LineIndex(data, self.encoding(path))
            self._indexes[path] = known
        return known

    def text(self, location: Location) -> str:
        """Return the text of a location; an empty one where the file cannot be read."""
        try:
            data = self.read(location.path)
        except OSError:
            return ""
        return data[location.span.start : location.span.end].decode(self.encoding(location.path), "replace")

    def encoding(self, path: str) -> str:
        """Return a Python file's encoding as far as it is known, UTF-8 for any other."""
        return self._encodings.get(path, "utf-8")

    def load(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Read the Python files and return their bytes, noting a problem for each that cannot be read."""
        for path in paths:
            if path in self._python or path in self._failed:
                continue
            try:
                self._python[path] = self.read(path)
            except OSError as error:
                self._failed.add(path)
                self._is_uncertain = True
                self._problems.append(Problem(path, 0, f"not checked: {_reason(error)}"))
        return self._python

    def extract(self, wanted: Collection[str], jobs: int | None, progress: Progress | None) -> None:
        """Extract the facts of the wanted files and see whether the others parse, noting a problem where it fails."""
        tasks = [
            Task(path, is_wanted)
            for path in self._python
            if path not in self._facts
            and path not in self._failed
            and not (self._recall(path) if (is_wanted := path in wanted) else self._is_known(path))
        ]
        total = sum(self._weight(task) for task in tasks)
        workers = jobs if jobs is not None else (os.cpu_count() or 1)
        if CAN_SUPERVISE and workers > 1 and total > _PARALLEL_ABOVE:
            self._supervise(tasks, workers, progress, len(tasks))
            return
        strained = [task for task in tasks if not self._read_here(task, progress, len(tasks))]
        self._supervise(strained, min(workers, 2), progress, len(tasks))

    def finish(self) -> None:
        """Write down for the next run what this one found out."""
        # Unsaved texts are nothing that a later run could meet again, and the files that they hide would be lost.
        if self._cache is not None and not self._unsaved:
            for path, bodies in self._bodies.items():
                self._cache.add(self._python[path], bodies.take_fresh())
            self._cache.save()

    @property
    def python(self) -> Mapping[str, bytes]:
        """Return the bytes of the Python files that were loaded."""
        return self._python

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the files that could not be checked, in the order of their paths."""
        return tuple(sorted(self._problems, key=lambda one: one.path))

    def go_on(
        self,
        changed: Collection[str],
        unsaved: Mapping[str, bytes],
        cancel: Cancel | None,
        children: Children | None,
    ) -> None:
        """Forget what was known of some files, and take the texts of now; the others stay as they are."""
        self._children = children if children is not None else Children()
        self._cache = None
        self._cancel = cancel
        self._unsaved = frozenset(unsaved)
        self._problems = [problem for problem in self._problems if problem.path not in changed]
        self._failed.difference_update(changed)
        for known in (self._bytes, self._python, self._facts, self._bodies, self._indexes, self._encodings):
            for path in changed:
                known.pop(path, None)
        for path in changed:
            if path in unsaved:
                self._bytes[path] = unsaved[path]
        self.load(sorted(changed))

    def _recall(self, path: str) -> bool:
        """Take the facts of a file from memory or from the store; return whether they are there."""
        known = self._remembered(path)
        if known is not None and (known.facts is not None or known.message):
            self._take(path, known)
            return True
        entry = self._cache.get(self._python[path]) if self._cache is not None else None
        facts = self._decoded(path, entry.facts, entry.bodies) if entry is not None and entry.facts else None
        if entry is None or facts is None:
            return False
        self._facts[path] = facts
        self._encodings[path] = entry.encoding
        self._note(path, Extracted(facts, entry.encoding))
        return True

    def _is_known(self, path: str) -> bool:
        """Return whether a file of this content was seen to parse."""
        known = self._remembered(path)
        if known is not None:
            if known.message:
                self._take(path, known)
            return True
        entry = self._cache.get(self._python[path]) if self._cache is not None else None
        if entry is not None:
            self._note(path, Extracted(None, entry.encoding))
        return entry is not None

    def _remembered(self, path: str) -> Extracted | None:
        return self._memory.recall(path, self._python[path]) if self._memory is not None else None

    def _note(self, path: str, result: Extracted) -> None:
        if self._memory is not None:
            self._memory.note(path, self._python[path], result)

    def _read_here(self, task: Task, progress: Progress | None = None, total: int = 0) -> bool:
        """Read a file in this process, if it is plain; return whether that was done."""
        if self._cancel is not None:
            self._cancel.check()
        try:
            result = _looked_at(
                self._new_bodies(task.path) if task.is_wanted else None,
                self._python[task.path],
                only_plain=CAN_SUPERVISE,
            )
        except StrainedError:
            return False
        self._take(task.path, result, encode_facts(result.facts) if result.facts is not None and self._cache else b"")
        self._step(progress, total)
        return True

    def _step(self, progress: Progress | None, total: int) -> None:
        self._done += 1
        if progress is not None:
            progress(self._done, total)

    def _decoded(self, path: str, packed: bytes, known: Mapping[int, bytes] | None = None) -> ModuleFacts | None:
        return decode_facts(packed, self._new_bodies(path, known)) if packed else None

    def _new_bodies(self, path: str, known: Mapping[int, bytes] | None = None) -> Bodies:
        """Return what reads the bodies of a file's functions, and tells of those that cannot be read."""

        def failed(error: SourceError) -> None:
            self._problems.append(Problem(path, error.offset, error.message, error.hint))

        bodies = self._bodies[path] = Bodies(self._python[path], known, failed)
        return bodies

    def _take(self, path: str, result: Extracted, packed: bytes = b"") -> None:
        """Note what was found out about a file; `packed` are its facts as the store keeps them."""
        self._note(path, result)
        if result.message:
            self._failed.add(path)
            self._is_uncertain |= result.hint == _REPORT
            self._problems.append(Problem(path, result.offset, result.message, result.hint))
            self._take_last_good(path)
            return
        if result.facts is not None:
            self._facts[path] = result.facts
            self._encodings[path] = result.encoding
        if self._cache is not None:
            self._cache.put(self._python[path], Entry(result.encoding, packed))

    def _take_last_good(self, path: str) -> None:
        """Let the last good facts of a text that somebody is writing stand in for it, where its bytes have them now."""
        good = self._memory.good(path) if self._memory is not None and path in self._unsaved else None
        if good is not None and good.result.facts is not None:
            self._facts[path] = moved(good.result.facts, between(good.data, self._python[path]))
            self._encodings[path] = good.result.encoding

    def _supervise(self, tasks: Sequence[Task], workers: int, progress: Progress | None = None, total: int = 0) -> None:
        """Read files in other processes: what kills one of these costs the file that did it, and no other."""
        ordered = sorted(tasks, key=lambda one: (not one.is_wanted, -len(self._python[one.path])))

        def work(index: int) -> bytes:
            task = ordered[index]
            data = self._python[task.path]
            return _packed(_looked_at(Bodies(data) if task.is_wanted else None, data))

        weights = [len(self._python[task.path]) for task in ordered]
        for index, found in supervised(weights, work, workers, self._children):
            if self._cancel is not None:
                self._cancel.check()
            if isinstance(found, Lost):
                self._take(ordered[index].path, Extracted(None, message=f"not checked: {found.reason}", hint=_REPORT))
            else:
                result, packed = _unpacked(found)
                facts = self._decoded(ordered[index].path, packed)
                self._take(ordered[index].path, replace(result, facts=facts), packed)
            self._step(progress, total)

    def _weight(self, task: Task) -> int:
        return len(self._python[task.path]) // (1 if task.is_wanted else _CHEAPER)


@dataclass(frozen=True, slots=True)
class Task:
    """A Python file to be looked at, and whether its facts are wanted or only whether it parses."""

    path: str
    is_wanted: bool


def extracted(data: bytes, bodies: Bodies | None = None, *, only_plain: bool = False) -> Extracted:
    """Return the facts of a Python file's bytes, or the reason why it cannot be checked.

    `bodies` is what reads the bodies of functions when somebody asks for them; without it they are read at once.

    Raises:
        StrainedError: with `only_plain`, where the file is to be read in another process.

    """
    libcst()
    from fastapi_lint.facts.extract import extract  # noqa: PLC0415  # a run that finds all it needs must not load LibCST

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEP))
    try:
        source = decode(data)
        facts = extract(source.text, source.encoding, source.shift, bodies, only_plain=only_plain)
        return Extracted(facts, source.encoding)
    except SourceError as error:
        return Extracted(None, "utf-8", error.offset, error.message, error.hint)
    finally:
        sys.setrecursionlimit(before)


def checked(data: bytes, *, only_plain: bool = False) -> Extracted:
    """Return no facts of a Python file's bytes, only the reason why it cannot be parsed if it cannot.

    Raises:
        StrainedError: as `extracted`.

    """
    try:
        source = decode(data)
        check_syntax(source.text, source.encoding, source.shift, only_plain=only_plain)
    except SourceError as error:
        return Extracted(None, "utf-8", error.offset, error.message, error.hint)
    return Extracted(None, source.encoding)


def _looked_at(bodies: Bodies | None, data: bytes, *, only_plain: bool = False) -> Extracted:
    """Return what there is to say of a file: its facts where `bodies` is there to read the rest, else if it parses.

    A mistake of our own costs this file, and the run goes on.
    """
    try:
        if bodies is not None:
            return extracted(data, bodies, only_plain=only_plain)
        return checked(data, only_plain=only_plain)
    except StrainedError:
        raise
    except Exception as error:  # noqa: BLE001  # one file's code must not cost the others' findings
        what = "the parser needed too much memory" if isinstance(error, MemoryError) else "the reader failed on it"
        return Extracted(None, message=f"not checked: {what} ({type(error).__name__})", hint=_REPORT)


def _packed(result: Extracted) -> bytes:
    facts = encode_facts(result.facts) if result.facts is not None else b""
    return msgspec.msgpack.encode((result.encoding, result.offset, result.message, result.hint, facts))


def _unpacked(data: bytes) -> tuple[Extracted, bytes]:
    """Return what another process found out, but for the facts, and these as the store keeps them."""
    encoding, offset, message, hint, packed = msgspec.msgpack.decode(data, type=tuple[str, int, str, str, bytes])
    return Extracted(None, encoding, offset, message, hint), packed


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error) or "cannot be read"
    return reason[0].lower() + reason[1:]
