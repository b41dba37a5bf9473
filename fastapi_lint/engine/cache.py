"""What a run keeps for the next: the facts of files by their content, one store a project, in the user's own cache.

Invariants:
- A fact is found only under the hash of the bytes that it was extracted from, in a store of this very linter: its
  version, the code that extracts, the format of facts and the parser.
- A store is read whole or not at all: a check sum over all of it stands at its end. What is cut short, damaged or of
  another linter is as if it were not there.
- A store is replaced in one step, so concurrent runs see the old one or the new one. The last writer wins; nothing is
  lost but work.
- It holds only what the last run saw, so it cleans itself.
- A folder that has no store yet begins with the youngest of another folder, so that a store restored by continuous
  integration serves wherever the project is checked out.
- It never lies in the checked project unless the user says so, where only what this linter wrote is believed (`seal`),
  and nothing in it can run code.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from fastapi_lint import __version__
from fastapi_lint.engine.answers import SUFFIX
from fastapi_lint.engine.seal import is_believed, seal, tag
from fastapi_lint.facts.codec import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAGIC: Final = b"fastapi-lint facts 1\n"
_SUM: Final = 16
_SUFFIX: Final = ".facts"
_LARGEST: Final = 512 << 20
LONGEST_UNUSED: Final = 60 * 24 * 3600
"""Seconds after which the store of a project that was not checked again is removed."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One file's facts as `facts.codec` writes them, and the encoding that it was read in.

    No bytes say that the file parses, and that nobody has needed its facts yet. `bodies` are those bodies of functions
    that somebody has asked for, by the place where they begin.
    """

    encoding: str
    facts: bytes
    bodies: dict[int, bytes] = msgspec.field(default_factory=dict)


class FactsCache:
    """The store of one project: asked by content, told what is new, written at the end."""

    def __init__(self, folder: Path, root: Path) -> None:
        """Open the store of the project at `root` in a cache folder; never raises for what is in the folder."""
        name = blake2b(os.fsencode(root), digest_size=12).hexdigest()
        self._file = folder / f"{name}-{fingerprint()}{_SUFFIX}"
        is_ours = is_believed(os.fspath(folder))
        self._known: dict[bytes, Entry] = (_read(self._file) or _read_another(self._file)) if is_ours else {}
        self._is_ours = is_ours
        self._kept: dict[bytes, Entry] = {}
        self.warning = ""
        """Why the store could not be written, empty where it was or did not have to be."""

    def get(self, data: bytes) -> Entry | None:
        """Return what is known of a file with this content, and keep it for the next run."""
        key = key_of(data)
        entry = self._known.get(key)
        if entry is not None:
            self._kept[key] = entry
        return entry

    def put(self, data: bytes, entry: Entry) -> None:
        """Keep what was extracted from a file with this content."""
        self._kept[key_of(data)] = entry

    def add(self, data: bytes, bodies: Mapping[int, bytes]) -> None:
        """Keep bodies that were read of a file with this content, if anything is kept of it."""
        key = key_of(data) if bodies else b""
        entry = self._kept.get(key)
        if entry is not None:
            self._kept[key] = Entry(entry.encoding, entry.facts, {**entry.bodies, **bodies})

    def known(self, key: bytes) -> Entry | None:
        """Return what the last run kept of a file whose content has this hash."""
        return self._known.get(key)

    def save(self) -> None:
        """Write the store if this run saw anything else than the last; failures only leave a warning."""
        if self._is_ours and self._kept == self._known and self._file.exists():
            return
        body = _MAGIC + msgspec.msgpack.encode(self._kept)
        try:
            prepare(self._file.parent)
            _replace(self._file, body + blake2b(body, digest_size=_SUM).digest())
            self._known = dict(self._kept)
        except OSError as error:
            self.warning = f"the cache cannot be written: {error.strerror or error}"


def key_of(data: bytes) -> bytes:
    """Return the hash under which a file's content is known."""
    return blake2b(data, digest_size=16).digest()


def fingerprint() -> str:
    """Return what tells this linter's facts from another's: version, format, extracting code, parser, interpreter.

    It is the same on every machine, so that a store that was saved on one may be restored on another.
    """
    digest = blake2b(digest_size=8)
    digest.update(f"{__version__} {FORMAT} {sys.version_info[:2]}".encode())
    package = Path(__file__).resolve().parent.parent
    spec = find_spec("libcst")
    parser = [Path(spec.origin).with_name("_version.py")] if spec is not None and spec.origin is not None else []
    for file in (*sorted((package / "facts").glob("*.py")), *sorted((package / "source").glob("*.py")), *parser):
        digest.update(file.name.encode())
        with contextlib.suppress(OSError):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def clean(folder: Path) -> int:
    """Remove what runs kept in a cache folder and return how many stores that were; nothing else is touched."""
    removed = 0
    for file in (*_stores(folder, SUFFIX), *_stores(folder, ".verdict"), *_stores(folder)):
        with contextlib.suppress(OSError):
            file.unlink()
            removed += 1
    return removed


def _stores(folder: Path, suffix: str = _SUFFIX) -> Iterable[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == suffix and file.is_file())
    except OSError:
        return ()


def _read(file: Path) -> dict[bytes, Entry]:
    try:
        if file.stat().st_size > _LARGEST:
            return {}
        data = file.read_bytes()
    except OSError:
        return {}
    body, found = data[:-_SUM], data[-_SUM:]
    if not body.startswith(_MAGIC) or blake2b(body, digest_size=_SUM).digest() != found:
        return {}
    try:
        return msgspec.msgpack.decode(memoryview(body)[len(_MAGIC) :], type=dict[bytes, Entry])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}


def _read_another(file: Path) -> dict[bytes, Entry]:
    """Return the youngest store of this linter for another folder: a project that is new may be a copy of one."""
    _, _, ours = file.name.partition("-")
    found = [other for other in _stores(file.parent) if other.name.endswith(f"-{ours}")]
    with contextlib.suppress(OSError):
        return _read(max(found, key=lambda other: other.stat().st_mtime_ns)) if found else {}
    return {}


def prepare(folder: Path) -> None:
    """Make a cache folder that tools which copy or delete know for one, empty where others wrote it; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    name = os.fspath(folder)
    if is_believed(name):
        tag(name)
        return
    clean(folder)
    seal(name)


def _replace(file: Path, data: bytes) -> None:
    newest = time.time() - LONGEST_UNUSED
    for old in _stores(file.parent):
        # Stores of the same project by another linter are of no use any more, nor are those of long ago.
        with contextlib.suppress(OSError):
            is_ours = old.name.partition("-")[0] == file.name.partition("-")[0]
            if old != file and (is_ours or old.stat().st_mtime < newest):
                old.unlink()
    write(file, data)


def write(file: Path, data: bytes) -> None:
    """Put a file in the place of another in one step; raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
        Path(name).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
