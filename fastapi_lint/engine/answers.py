"""Answers of earlier runs, given again as long as nothing that they rest on has changed.

An answer is what a command wrote and its exit code. It rests on evidence: the content of files, what folders hold,
where links lead, what is not there. Metadata are looked at first; content is read only where they differ, so an answer
holds in a fresh copy of the same folder too. Whatever does not fit (damage, another linter, another interpreter)
counts as no answer.

A file whose time stamps are no older than the run that read it could change again without a trace. Its metadata are not
kept, and its content is compared the next time.

Nothing is imported here that takes time: this module decides whether anything else has to be imported at all.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32

from fastapi_lint.engine.seal import is_believed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SUFFIX = ".answer"
VARIABLE = "FASTAPI_LINT_CACHE_DIR"
_MAGIC = b"fastapi-lint answer 1\n"
_ABSENT = b"-"
_SLACK = 2_000_000_000
"""Nanoseconds by which the clock of a file system may be coarse or late."""
_MOST = 64
"""How many answers a folder keeps."""
_HEAD = 4
_FILE, _FOLDER, _PLACE, _NAME = b"f", b"d", b"r", b"e"


class Evidence:
    """What an answer rests on; paths are whole."""

    __slots__ = ("files", "folders", "names", "places")

    def __init__(self) -> None:
        """Begin with none."""
        self.files: dict[str, bytes | None] = {}
        """The contents of files, None for what is no file that can be read."""
        self.folders: dict[str, bytes] = {}
        """What folders hold, as `source.listing` has it."""
        self.places: dict[str, str] = {}
        """Where paths lead, links followed."""
        self.names: dict[str, bool] = {}
        """Whether there is anything under a name."""


class Answer:
    """What a command wrote to its standard streams, and its exit code."""

    __slots__ = ("code", "error", "output")

    def __init__(self, output: str, error: str, code: int) -> None:
        """Take the three."""
        self.output = output
        self.error = error
        self.code = code


def default_folder(environment: Mapping[str, str]) -> str | None:
    """Return the user's cache folder for this linter by the platform's custom, None where there is none."""
    given = environment.get(VARIABLE)
    if given:
        return given
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        home = environment.get("HOME", "")
        base = f"{home}/Library/Caches" if home else ""
    else:
        home = environment.get("HOME", "")
        base = environment.get("XDG_CACHE_HOME", "") or (f"{home}/.cache" if home else "")
    return os.path.join(base, "fastapi-lint") if base and os.path.isabs(base) else None  # noqa: PTH117, PTH118


def question(words: Iterable[str], version: str) -> bytes:
    """Return what an answer answers: these words, asked of this linter and this interpreter in the current folder.

    Raises OSError where there is no current folder.
    """
    own = (version, sys.version, sys.prefix, os.path.dirname(__file__), os.getcwd())  # noqa: PTH109, PTH120
    return b"".join(b"%d:%s" % (len(part), part) for part in map(os.fsencode, (*own, *words)))


def recall(folder: str, asked: bytes) -> Answer | None:
    """Return the answer to a question if it still holds; never raises."""
    name = _name(folder, asked)
    try:
        if not is_believed(folder):
            return None
        with open(name, "rb") as file:  # noqa: PTH123
            fields = _fields(file.read(), asked)
        if fields is None:
            return None
        stale = _stale(fields)
        if stale is None or not all(_is_same(fields, index) for index in stale):
            return None
        if stale:
            _refresh(name, fields, stale)
        return Answer(_text(fields[2]), _text(fields[3]), int(fields[1]))
    except (OSError, ValueError):
        return None


def remember(folder: str, asked: bytes, answer: Answer, evidence: Evidence, began: int) -> None:
    """Keep an answer; `began` is when its run did, in nanoseconds. Failures leave nothing behind."""
    head = (asked, b"%d" % answer.code, _bytes(answer.output), _bytes(answer.error))
    fields = [*head, *_records(evidence, began)]
    if not any(b"\0" in field for field in fields):
        name = _name(folder, asked)
        _write(name, fields)
        _clean(folder, name)


def digest(data: bytes) -> bytes:
    """Return the hash by which contents are compared."""
    from hashlib import blake2b  # noqa: PLC0415  only where metadata differ

    return blake2b(data, digest_size=16).hexdigest().encode()


def _name(folder: str, asked: bytes) -> str:
    return f"{folder}{os.sep}{crc32(asked):08x}{crc32(asked[::-1]):08x}{SUFFIX}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _fields(data: bytes, asked: bytes) -> list[bytes] | None:
    start = len(_MAGIC) + 8
    if data[: len(_MAGIC)] != _MAGIC or b"%08x" % crc32(data[start:]) != data[len(_MAGIC) : start]:
        return None
    fields = data[start:].split(b"\0")
    return fields if fields[0] == asked and (len(fields) - _HEAD) % 3 == 0 else None


def _stale(fields: list[bytes]) -> list[int] | None:
    """Return the records whose metadata are not those that are known, None where something came or went."""
    found: list[int] = []
    stat = os.stat
    for index in range(_HEAD, len(fields), 3):
        name = fields[index]
        kind = name[:1]
        if kind in (_FILE, _FOLDER):
            try:
                seen = stat(name[1:])
            except OSError:
                if fields[index + 2] != _ABSENT:
                    return None
                continue
            if b"%d %d %d %d" % (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino) != fields[index + 1]:
                found.append(index)
        elif not _holds(kind, name[1:], fields[index + 2]):
            return None
    return found


def _holds(kind: bytes, path: bytes, value: bytes) -> bool:
    if kind == _PLACE:
        return os.path.realpath(path) == value
    return kind == _NAME and (b"1" if os.path.lexists(path) else b"0") == value


def _is_same(fields: list[bytes], index: int) -> bool:
    """Return whether a file or folder holds what it held, whatever its metadata."""
    kind, path = fields[index][:1], fields[index][1:]
    data = _content(path) if kind == _FILE else _listing(path)
    return (_ABSENT if data is None else digest(data)) == fields[index + 2]


def _content(path: bytes) -> bytes | None:
    from stat import S_ISREG  # noqa: PLC0415  as above

    if not S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  a named pipe would never answer
        return None
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def _listing(path: bytes) -> bytes:
    from fastapi_lint.source.listing import listing  # noqa: PLC0415  as above

    with os.scandir(os.fsdecode(path)) as entries:
        return listing(entries)


def _records(evidence: Evidence, began: int) -> list[bytes]:
    records: list[bytes] = []
    for kind, found in ((_FOLDER, evidence.folders), (_FILE, evidence.files)):
        for path, data in found.items():
            name = os.fsencode(path)
            known = _ABSENT if data is None else digest(data)
            records += (kind + name, b"" if data is None else _metadata(name, began), known)
    for path, place in evidence.places.items():
        records += (_PLACE + os.fsencode(path), b"", os.fsencode(place))
    for path, is_there in evidence.names.items():
        records += (_NAME + os.fsencode(path), b"", b"1" if is_there else b"0")
    return records


def _metadata(path: bytes, began: int) -> bytes:
    try:
        seen = os.stat(path)  # noqa: PTH116
    except OSError:
        return b""
    if max(seen.st_mtime_ns, seen.st_ctime_ns) > began - _SLACK:
        return b""
    return b"%d %d %d %d" % (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def _refresh(name: str, fields: list[bytes], stale: Sequence[int]) -> None:
    """Note the metadata of what was found unchanged, so that the next run need not read it."""
    from time import time_ns  # noqa: PLC0415  as above

    # What was read a moment ago is not read again here, so only what had been at rest by then is taken.
    now = time_ns()
    fresh = [_metadata(fields[index][1:], now) for index in stale]
    if any(fresh):
        for index, metadata in zip(stale, fresh, strict=True):
            fields[index + 1] = metadata
        _write(name, fields)


def _write(name: str, fields: list[bytes]) -> None:
    """Write a file in one step."""
    body = b"\0".join(fields)
    temporary = f"{name}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123  # never through a link that somebody else put there
            file.write(_MAGIC + b"%08x" % crc32(body) + body)
        os.replace(temporary, name)  # noqa: PTH105
    except OSError:
        _remove(temporary)


def _clean(folder: str, kept: str) -> None:
    """Remove the oldest answers of a folder that has too many."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(SUFFIX)]
    except OSError:
        return
    for _, path in sorted(found)[:-_MOST]:
        if path != kept:
            _remove(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return
