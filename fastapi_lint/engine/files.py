"""The files of one run: read once, extracted in parallel, asked for by path."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import LineIndex
from fastapi_lint.engine.cache import Entry, FactsCache
from fastapi_lint.facts.codec import decode as decode_facts
from fastapi_lint.facts.codec import encode as encode_facts
from fastapi_lint.facts.model import ModuleFacts
from fastapi_lint.source.decoding import decode

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.core.span import Location

MAX_BYTES: Final = 1 << 20
"""Files above this size are not checked."""

_PARALLEL_ABOVE: Final = 600_000
"""Bytes of Python below which a second process costs more than it gains."""
_DEEP: Final = 5_000
"""Frames that LibCST needs for the longest expressions that the guard lets pass."""
_CHUNK: Final = 150_000

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

    def __init__(self, root: Path, cache: FactsCache | None = None) -> None:
        """Take the root, and the store of facts that were extracted before."""
        self._root = root
        self._cache = cache
        self._bytes: dict[str, bytes] = {}
        self._facts: dict[str, ModuleFacts] = {}
        self._indexes: dict[str, LineIndex] = {}
        self._encodings: dict[str, str] = {}
        self.problems: list[Problem] = []

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raises OSError for one that is no regular file, too large or cannot be read."""
        known = self._bytes.get(path)
        if known is not None:
            return known
        file = self._root / path
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is no regular file")
        if status.st_size > MAX_BYTES:
            raise OSError(f"larger than {MAX_BYTES // 1024} KiB")
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        self._bytes[path] = data
        return data

    def known(self, path: str) -> bytes | None:
        """Return the bytes of a file that was read before, None for any other."""
        return self._bytes.get(path)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what went wrong beside the files themselves: a cache that cannot be written."""
        return (self._cache.warning,) if self._cache is not None and self._cache.warning else ()

    def facts(self, path: str) -> ModuleFacts | None:
        """Return the facts of a Python file, None for one that could not be read."""
        return self._facts.get(path)

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

    def extract(self, paths: Sequence[str], jobs: int | None, progress: Progress | None) -> None:
        """Extract the facts of Python files, noting a problem for each that cannot be."""
        readable: list[str] = []
        for path in paths:
            try:
                self.read(path)
            except OSError as error:
                self.problems.append(Problem(path, 0, f"not checked: {_reason(error)}"))
            else:
                readable.append(path)
        fresh = [path for path in readable if not self._recall(path)]
        self._extract(fresh, jobs, progress)
        if self._cache is not None:
            self._cache.save()

    def _recall(self, path: str) -> bool:
        """Take the facts of a file from the store; return whether they are there."""
        entry = self._cache.get(self._bytes[path]) if self._cache is not None else None
        facts = decode_facts(entry.facts) if entry is not None else None
        if entry is None or facts is None:
            return False
        self._take(path, Extracted(facts, entry.encoding))
        return True

    def _extract(self, readable: Sequence[str], jobs: int | None, progress: Progress | None) -> None:
        total = sum(len(self._bytes[path]) for path in readable)
        workers = jobs if jobs is not None else (os.cpu_count() or 1)
        if workers > 1 and total > _PARALLEL_ABOVE and hasattr(os, "fork"):
            self._extract_parallel(readable, workers, progress)
            return
        for done, path in enumerate(readable, 1):
            result = extracted(self._bytes[path])
            self._take(path, result)
            if result.facts is not None and self._cache is not None:
                self._cache.put(self._bytes[path], Entry(result.encoding, encode_facts(result.facts)))
            if progress is not None:
                progress(done, len(readable))

    def _take(self, path: str, result: Extracted) -> None:
        if isinstance(result.facts, ModuleFacts):
            self._facts[path] = result.facts
            if result.encoding != "utf-8":
                self._encodings[path] = result.encoding
        else:
            self.problems.append(Problem(path, result.offset, result.message, result.hint))

    def _extract_parallel(self, paths: Sequence[str], workers: int, progress: Progress | None) -> None:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # only large projects pay for it
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
        from multiprocessing import get_context  # noqa: PLC0415

        chunks = list(_chunks(paths, self._bytes))
        done = 0
        failed: list[str] = []
        with ProcessPoolExecutor(min(workers, len(chunks)), get_context("fork")) as pool:
            futures = [(chunk, pool.submit(_extract_chunk, [self._bytes[path] for path in chunk])) for chunk in chunks]
            for chunk, future in futures:
                try:
                    results = future.result()
                except BrokenProcessPool:
                    failed += chunk
                    continue
                for path, (data, result) in zip(chunk, results, strict=True):
                    found = decode_facts(data) if data is not None else None
                    if data is not None and self._cache is not None:
                        self._cache.put(self._bytes[path], Entry(result.encoding, data))
                    self._take(path, Extracted(found, result.encoding, result.offset, result.message, result.hint))
                done += len(chunk)
                if progress is not None:
                    progress(done, len(paths))
        for path in failed:
            self.problems.append(Problem(path, 0, "not checked: the parser died on this file or on one read with it"))


@dataclass(frozen=True, slots=True)
class Extracted:
    """The facts of a file, or why there are none."""

    facts: ModuleFacts | None
    encoding: str = "utf-8"
    offset: int = 0
    message: str = ""
    hint: str = ""


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


def _extract_chunk(chunk: list[bytes]) -> list[tuple[bytes | None, Extracted]]:
    out: list[tuple[bytes | None, Extracted]] = []
    for data in chunk:
        result = extracted(data)
        packed = encode_facts(result.facts) if result.facts is not None else None
        out.append((packed, Extracted(None, result.encoding, result.offset, result.message, result.hint)))
    return out


def _chunks(paths: Sequence[str], data: dict[str, bytes]) -> Iterable[list[str]]:
    chunk: list[str] = []
    size = 0
    for path in sorted(paths, key=lambda one: -len(data[one])):
        chunk.append(path)
        size += len(data[path])
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or "cannot be read").lower()
