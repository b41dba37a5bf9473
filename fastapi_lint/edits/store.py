"""A file's new bytes in place of its old ones: wholly or not at all, within the project, and nothing overwritten."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from fastapi_lint.core.errors import SourceError

_BINARY: Final = getattr(os, "O_BINARY", 0)


def replace_file(root: Path, path: str, before: bytes, after: bytes) -> None:
    """Put `after` into a file of the project that holds `before`; a link is followed, its mode is kept.

    Raises:
        SourceError: saying why, with the file as it was, where it leads out of the project, may not be written, was
            changed in the meantime, or the disk is full.

    """
    inside = os.path.realpath(root)
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(inside):
        raise SourceError(f"{path} is not changed: it is a link to a file outside of the project")
    try:
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{path} is not changed: it is no regular file")
        # Replacing needs the folder's permission only, so the wish of whoever made the file read-only is asked for.
        if not status.st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
            raise SourceError(f"{path} is not changed: it is read-only")
        if target.read_bytes() != before:
            raise SourceError(f"{path} is not changed: somebody else changed it meanwhile", 0, "run once more")
        _replace(target, after, status)
    except OSError as error:
        raise SourceError(f"{path} is not changed: {(error.strerror or str(error)).lower()}") from error


def _replace(target: Path, data: bytes, status: os.stat_result) -> None:
    temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")
    # Exclusive, so that a link planted under that name is not followed; readable by nobody else before it has its mode.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor has no path
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(temporary, status.st_uid, status.st_gid)
        temporary.chmod(stat.S_IMODE(status.st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
