"""The files of one run: read once, extracted in parallel, asked for by path."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import LineIndex
from fastapi_lint.engine.cache import Entry, FactsCache
from fastapi_lint.engine.memory import Extracted
from fastapi_lint.facts.codec import decode as decode_facts
from fastapi_lint.facts.codec import encode as encode_facts
from fastapi_lint.facts.placing import between, moved
from fastapi_lint.source.decoding import decode
from fastapi_lint.source.syntax import check_syntax

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.core.span import Location
    from fastapi_lint.engine.memory import Memory
    from fastapi_lint.facts.model import ModuleFacts

MAX_BYTES: Final = 1 << 20
"""Files above this size are not checked."""

_TOO_LARGE: Final = f"larger than {MAX_BYTES // 1024} KiB"
_PARALLEL_ABOVE: Final = 600_000
"""Bytes of Python below which a second process costs more than it gains."""
_DEEP: Final = 5_000
"""Frames that LibCST needs for the longest expressions that the guard lets pass."""
_CHUNK: Final = 150_000
_CHEAPER: Final = 8
"""How many times cheaper it is to see whether a file parses than to extract its facts."""
_DIED: Final = "not checked: the parser died on this file or on one read with it"

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
        *,
        memory: Memory | None = None,
        unsaved: Mapping[str, bytes] | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        """Take the root, the store of facts that were extracted before, and what a session has.

        That is its memory, the texts that stand in place of files (where they cannot be parsed, the last good facts
        stand in for them), and what asks for work to be given up.
        """
        self._root = root
        self._cache = cache
        self._memory = memory
        self._unsaved = frozenset(unsaved or ())
        self._cancel = cancel
        self._bytes: dict[str, bytes] = dict(unsaved or {})
        self._missed: set[str] = set()
        self._python: dict[str, bytes] = {}
        self._facts: dict[str, ModuleFacts] = {}
        self._indexes: dict[str, LineIndex] = {}
        self._encodings: dict[str, str] = {}
        self._failed: set[str] = set()
        self._problems: list[Problem] = []

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raises OSError for one that is no regular file, too large or cannot be read."""
        known = self._bytes.get(path)
        if known is not None:
            if len(known) > MAX_BYTES:
                raise OSError(_TOO_LARGE)
            return known
        self._missed.add(path)
        data = self._bytes[path] = self._content(path)
        self._missed.discard(path)
        return data

    def _content(self, path: str) -> bytes:
        file = self._root / path
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is no regular file")
        if status.st_size > MAX_BYTES:
            raise OSError(_TOO_LARGE)
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as opened:
            return opened.read(MAX_BYTES + 1)

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

    def facts(self, path: str) -> ModuleFacts | None:
        """Return the facts of a Python file, extracted now if need be; None for one that cannot be read or parsed."""
        found = self._facts.get(path)
        if found is None and path in self._python and path not in self._failed and not self._recall(path):
            self._extract_one(path)
        return self._facts.get(path) if found is None else found

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
        total = sum(len(self._python[task.path]) // (1 if task.is_wanted else _CHEAPER) for task in tasks)
        workers = jobs if jobs is not None else (os.cpu_count() or 1)
        if workers > 1 and total > _PARALLEL_ABOVE and hasattr(os, "fork"):
            self._extract_parallel(tasks, workers, progress)
            return
        for done, task in enumerate(tasks, 1):
            if self._cancel is not None:
                self._cancel.check()
            if task.is_wanted:
                self._extract_one(task.path)
            else:
                self._take(task.path, checked(self._python[task.path]))
            if progress is not None:
                progress(done, len(tasks))

    def finish(self) -> None:
        """Write down for the next run what this one found out."""
        # Unsaved texts are nothing that a later run could meet again, and the files that they hide would be lost.
        if self._cache is not None and not self._unsaved:
            self._cache.save()

    @property
    def python(self) -> Mapping[str, bytes]:
        """Return the bytes of the Python files that were loaded."""
        return self._python

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the files that could not be checked, in the order of their paths."""
        return tuple(sorted(self._problems, key=lambda one: one.path))

    def go_on(self, changed: Collection[str], unsaved: Mapping[str, bytes], cancel: Cancel | None) -> None:
        """Forget what was known of some files, and take the texts of now; the others stay as they are."""
        self._cache = None
        self._cancel = cancel
        self._unsaved = frozenset(unsaved)
        self._problems = [problem for problem in self._problems if problem.path not in changed]
        self._failed.difference_update(changed)
        for known in (self._bytes, self._python, self._facts, self._indexes, self._encodings):
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
        facts = decode_facts(entry.facts) if entry is not None and entry.facts else None
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
        return self._cache is not None and self._cache.get(self._python[path]) is not None

    def _remembered(self, path: str) -> Extracted | None:
        return self._memory.recall(path, self._python[path]) if self._memory is not None else None

    def _note(self, path: str, result: Extracted) -> None:
        if self._memory is not None:
            self._memory.note(path, self._python[path], result)

    def _extract_one(self, path: str) -> None:
        result = extracted(self._python[path])
        self._take(path, result, encode_facts(result.facts) if result.facts is not None and self._cache else b"")

    def _take(self, path: str, result: Extracted, packed: bytes = b"") -> None:
        """Note what was found out about a file; `packed` are its facts as the store keeps them."""
        self._note(path, result)
        if result.message:
            self._failed.add(path)
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

    def _extract_parallel(self, tasks: Sequence[Task], workers: int, progress: Progress | None) -> None:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # only large projects pay for it
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
        from multiprocessing import get_context  # noqa: PLC0415

        chunks = list(_chunks(tasks, self._python))
        done = 0
        with ProcessPoolExecutor(min(workers, len(chunks)), get_context("fork")) as pool:
            futures = [
                (chunk, pool.submit(_extract_chunk, [(self._python[task.path], task.is_wanted) for task in chunk]))
                for chunk in chunks
            ]
            for chunk, future in futures:
                try:
                    results = future.result()
                except BrokenProcessPool:
                    results = [(b"", Extracted(None, message=_DIED))] * len(chunk)
                for task, (packed, result) in zip(chunk, results, strict=True):
                    self._take(task.path, replace(result, facts=decode_facts(packed) if packed else None), packed)
                done += len(chunk)
                if progress is not None:
                    progress(done, len(tasks))


@dataclass(frozen=True, slots=True)
class Task:
    """A Python file to be looked at, and whether its facts are wanted or only whether it parses."""

    path: str
    is_wanted: bool


def extracted(data: bytes) -> Extracted:
    """Return the facts of a Python file's bytes, or the reason why it cannot be checked."""
    from fastapi_lint.facts.extract import extract  # noqa: PLC0415  # a run that finds all it needs must not load LibCST

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEP))
    try:
        source = decode(data)
        return Extracted(extract(source.text, source.encoding, source.shift), source.encoding)
    except SourceError as error:
        return Extracted(None, "utf-8", error.offset, error.message, error.hint)
    finally:
        sys.setrecursionlimit(before)


def checked(data: bytes) -> Extracted:
    """Return no facts of a Python file's bytes, only the reason why it cannot be parsed if it cannot."""
    try:
        source = decode(data)
        check_syntax(source.text, source.encoding, source.shift)
    except SourceError as error:
        return Extracted(None, "utf-8", error.offset, error.message, error.hint)
    return Extracted(None, source.encoding)


def _extract_chunk(chunk: list[tuple[bytes, bool]]) -> list[tuple[bytes, Extracted]]:
    out: list[tuple[bytes, Extracted]] = []
    for data, is_wanted in chunk:
        result = extracted(data) if is_wanted else checked(data)
        packed = encode_facts(result.facts) if result.facts is not None else b""
        out.append((packed, replace(result, facts=None)))
    return out


def _chunks(tasks: Sequence[Task], data: Mapping[str, bytes]) -> Iterable[list[Task]]:
    chunk: list[Task] = []
    size = 0
    for task in sorted(tasks, key=lambda one: (not one.is_wanted, -len(data[one.path]))):
        chunk.append(task)
        size += len(data[task.path]) // (1 if task.is_wanted else _CHEAPER)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or "cannot be read").lower()
