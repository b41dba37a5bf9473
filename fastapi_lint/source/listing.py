"""What a folder holds, as bytes that differ as soon as an entry comes, goes or becomes of another kind.

Nothing is imported that takes time: a run that only asks whether anything changed reads folders this way too.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def listing(entries: Iterable[os.DirEntry[str]]) -> bytes:
    """Return the names of a folder's entries with their kinds, in an order of their own."""
    return b"\0".join(sorted(_kind(entry) + os.fsencode(entry.name) for entry in entries))


def _kind(entry: os.DirEntry[str]) -> bytes:
    try:
        if entry.is_symlink():
            return b"l"
        return b"d" if entry.is_dir(follow_symlinks=False) else b"f"
    except OSError:
        return b"?"
