"""What git says of a revision: the only other program that is ever started.

Git itself can be made to start programs by a repository's settings (hooks, file system monitors, pagers, external
diffs, text conversions, helpers of remotes). Only commands that read objects are used, with an environment of our own
and all of that switched off; what is not there is not fetched either.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_OFF: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.pager=cat",
    "core.sshCommand=false",
    "diff.external=",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
)
_KEPT: Final = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "USERPROFILE", "TEMP", "TMP")
_SET: Final[Mapping[str, str]] = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_REGULAR: Final = frozenset({"100644", "100755"})
_BATCH: Final = 32 << 20
_SHALLOW: Final = "in CI, fetch the history first: `fetch-depth: 0` on GitHub, `GIT_DEPTH: 0` on GitLab"


@dataclass(frozen=True, slots=True)
class Blob:
    """A regular file of a tree: its path from the repository's top (POSIX), its object and its size."""

    path: str
    name: str
    size: int


class Repository:
    """The repository that a folder is in."""

    def __init__(self, folder: Path) -> None:
        """Find it; raises ConfigError where there is no git, or no repository that it wants to read."""
        program = shutil.which("git", path=_search_path(folder))
        if program is None:
            raise ConfigError("git is needed to compare with a revision, and is not installed")
        self._program = program
        self._folder = folder
        top = self._asked(["rev-parse", "--show-toplevel"], f"{folder} is in no git repository")
        self.top = Path(os.path.realpath(os.fsdecode(top.rstrip(b"\r\n"))))

    def commit(self, revision: str) -> str:
        """Return the commit that a revision names; `REV...` is where the present branch left REV.

        Raises:
            ConfigError: where there is no such commit.

        """
        name, is_fork = (revision[:-3], True) if revision.endswith("...") else (revision, False)
        if not name or name.startswith("-") or any(ord(character) < 32 for character in name):
            raise ConfigError(f"`{revision}` is no revision")
        problem = f"git knows no revision `{name}`"
        found = self._asked(["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], problem, _SHALLOW)
        commit = found.decode("ascii", "replace").strip()
        if not is_fork:
            return commit
        problem = f"`{name}` and the present commit have no common ancestor that git knows"
        return self._asked(["merge-base", commit, "HEAD"], problem, _SHALLOW).decode("ascii", "replace").strip()

    def blobs(self, commit: str) -> tuple[Blob, ...]:
        """Return the regular files of a commit's tree; links, submodules and names that no checkout has are not."""
        listing = self._asked(["ls-tree", "-r", "-l", "-z", "--full-tree", commit], f"git cannot list {commit}")
        return tuple(_blobs(listing))

    def contents(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, bytes]]:
        """Yield the bytes of files, exactly as they were committed.

        Raises:
            ConfigError: where git does not have one of them, as in a partial clone.

        """
        for batch in _batches(blobs):
            names = "".join(f"{blob.name}\n" for blob in batch).encode("ascii")
            data = self._asked(["cat-file", "--batch"], "git cannot read the revision's files", _SHALLOW, names)
            at = 0
            for blob in batch:
                header, _, _ = data[at : at + 200].partition(b"\n")
                parts = header.split(b" ")
                if len(parts) != 3 or parts[1] != b"blob":
                    raise ConfigError(f"git does not have {blob.path} of that revision", _SHALLOW)
                start = at + len(header) + 1
                yield blob, data[start : start + int(parts[2])]
                at = start + int(parts[2]) + 1

    def _asked(self, arguments: Sequence[str], problem: str, hint: str = "", given: bytes = b"") -> bytes:
        settings = [part for setting in _OFF for part in ("-c", setting)]
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        try:
            done = subprocess.run(  # noqa: S603  the program is git, the arguments are ours
                [self._program, "--no-pager", *settings, *arguments],
                check=False,
                capture_output=True,
                cwd=self._folder,
                env={**kept, **_SET},
                input=given,
            )
        except OSError as error:
            raise ConfigError(f"git cannot be started: {error.strerror}") from error
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise ConfigError(f"{problem}: {said}" if said and "ot a git repository" not in said else problem, hint)
        return done.stdout


def _search_path(folder: Path) -> str:
    """Return the search path without relative folders and those of the project: they could hold another `git`."""
    inside = os.path.realpath(folder)
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    safe = (entry for entry in entries if os.path.isabs(entry))  # noqa: PTH117
    return os.pathsep.join(entry for entry in safe if not Path(os.path.realpath(entry)).is_relative_to(inside))


def _blobs(listing: bytes) -> Iterator[Blob]:
    for record in listing.split(b"\0"):
        head, tab, path = record.partition(b"\t")
        fields = head.split()
        if not tab or len(fields) != 4 or fields[0].decode("ascii", "replace") not in _REGULAR:
            continue
        name = os.fsdecode(path)
        if all(_is_ordinary(part) for part in name.split("/")):
            yield Blob(name, fields[2].decode("ascii"), int(fields[3]))


def _is_ordinary(part: str) -> bool:
    """Return whether a name may be made on disk below another folder."""
    return part not in {"", ".", ".."} and part.lower() != ".git" and not (os.sep == "\\" and {"\\", ":"} & set(part))


def _batches(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    batch: list[Blob] = []
    size = 0
    for blob in blobs:
        if batch and size + blob.size > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(blob)
        size += blob.size
    if batch:
        yield batch
