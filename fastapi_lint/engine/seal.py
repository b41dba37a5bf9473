"""Whether what lies in a cache folder may be believed, where the folder lies in a project that others write to.

Who wrote the project may have put a cache into it that says that all is well. But nobody can say beforehand when the
file system will make a file, nor under which number. So a run that begins a cache in a project makes a file there and
notes these two in a second one, the seal. A cache that came with a checkout, or was copied, has none that fits: its
content is removed and the cache begins anew.

Nothing is imported here that takes time: it is asked before a run decides whether anything has to be loaded.
"""

from __future__ import annotations

import os
from stat import S_ISREG

TAG = "CACHEDIR.TAG"
_SEAL = "SEAL"
_MARKERS = (".git", "pyproject.toml", "setup.py", "setup.cfg", ".hg")
_TEXT = b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of fastapi-lint.\n"


def is_believed(folder: str) -> bool:
    """Return whether what lies in a cache folder was written by a run of the linter on this machine; never raises."""
    try:
        if not lies_in_project(folder):
            return True
        name = _in(folder, _SEAL)
        if not S_ISREG(os.lstat(name).st_mode):
            return False
        with open(name, "rb") as file:  # noqa: PTH123
            return file.read(100) == _mark(folder)
    except (OSError, ValueError):
        return False


def lies_in_project(folder: str) -> bool:
    """Return whether a folder lies in the current one, or in one that looks like a project."""
    here, at = os.path.realpath(os.curdir), os.path.realpath(folder)
    while True:
        if at == here or any(os.path.lexists(_in(at, name)) for name in _MARKERS):
            return True
        above = os.path.dirname(at)  # noqa: PTH120
        if above == at:
            return False
        at = above


def tag(folder: str) -> None:
    """Mark an existing folder as a cache, for programs that copy or delete; raises OSError."""
    # What is there already may be a link to a file that is not there yet, and nothing is to be written through it.
    try:
        with open(_in(folder, TAG), "xb") as file:  # noqa: PTH123
            file.write(_TEXT)
    except FileExistsError:
        return


def seal(folder: str) -> None:
    """Let what is written to an existing, empty cache folder be believed from now on; raises OSError."""
    _put(folder, TAG, _TEXT)
    _put(folder, _SEAL, _mark(folder))


def _put(folder: str, name: str, data: bytes) -> None:
    """Write a file in one step, in the place of whatever is there."""
    temporary = _in(folder, f"{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123
            file.write(data)
        os.replace(temporary, _in(folder, name))  # noqa: PTH105
    except OSError:
        try:  # noqa: SIM105  # what would be imported takes time
            os.unlink(temporary)  # noqa: PTH108
        except OSError:
            pass
        raise


def _mark(folder: str) -> bytes:
    seen = os.lstat(_in(folder, TAG))
    return b"%d %d" % (seen.st_ino, seen.st_ctime_ns)


def _in(folder: str, name: str) -> str:
    return f"{folder}{os.sep}{name}"
