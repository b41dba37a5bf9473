"""The commands that are measured: this linter's, the parser alone, and its peers'."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE: Final = Path(__file__).resolve().parent
PEERS: Final = HERE.parent / ".venvs" / "peers" / "bin"

_PARSE: Final = """
import pathlib, sys
import libcst
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        libcst.parse_module(path.read_bytes())
    except Exception:
        print("not parsed:", path, file=sys.stderr)
"""

COLD: Final = "fastapi-lint, cold"
PARSER: Final = "libcst.parse_module over every file"
CHANGED: Final = "fastapi-lint, one file changed: a function more"
COMMENTED: Final = "fastapi-lint, one file changed: a comment more"
ALONE: Final = "fastapi-lint, one file alone"
WARM: Final = "fastapi-lint, nothing changed"
RUFF_WARM: Final = "ruff --select FAST, nothing changed"
CLICK: Final = "python and click alone"


@dataclass(frozen=True, slots=True)
class Command:
    """One command; a peer that `is_slow` is measured more rarely."""

    words: tuple[str, ...]
    edits: str = ""
    """What is put at the end of a file before each run, with `{}` for the number of the round."""
    reads: Path | None = None
    """The file that is its standard input."""
    is_peer: bool = False
    is_slow: bool = False


def commands(root: Path, caches: Path, file: Path, alone: Path) -> Mapping[str, Command]:
    """Return what is measured over the project at `root`; caches go below `caches`.

    `file` is one of the project's files, `alone` a copy of it in a folder of its own.
    """
    python, where = sys.executable, str(root)
    own = str(Path(python).with_name("fastapi-lint"))
    ruff = (str(Path(python).with_name("ruff")), "check", "--select", "FAST", "--quiet")
    check = (own, "check", "--quiet", where)
    found = {
        COLD: Command((*check, "--no-cache", "-j", "1")),
        "fastapi-lint, cold, two processes": Command((*check, "--no-cache", "-j", "2")),
        CHANGED: Command(
            (*check, "-j", "1", "--cache-dir", str(caches / "changed")),
            edits="\n\ndef added_{0}() -> int:\n    return {0}\n",
        ),
        COMMENTED: Command((*check, "-j", "1", "--cache-dir", str(caches / "commented")), edits="# {}\n"),
        "fastapi-lint, one file on standard input": Command(
            (own, "check", "--quiet", "--cache-dir", str(caches / "warm"), "--stdin-filename", str(file), "-"),
            reads=file,
        ),
        ALONE: Command((own, "check", "--quiet", "--no-cache", str(alone))),
        WARM: Command((*check, "-j", "1", "--cache-dir", str(caches / "warm"))),
        "fastapi-lint --version": Command((own, "--version")),
        "fastapi-lint --help": Command((own, "--help")),
        "fastapi-lint rules": Command((own, "rules")),
        CLICK: Command((python, "-c", "import click")),
        PARSER: Command((python, "-c", _PARSE, where)),
        "ruff --select FAST, cold": Command((*ruff, "--no-cache", where)),
        RUFF_WARM: Command((*ruff, "--cache-dir", str(caches / "ruff"), where)),
    }
    return {**found, **_peers(str(root), str(alone))}


def _peers(where: str, alone: str) -> Mapping[str, Command]:
    if not PEERS.is_dir():
        return {}
    pylint = ("--load-plugins=pylint_fastapi_plugin", "--disable=all", "--enable=W9001,W9002,W9003,W9004,W9005", "-j1")
    semgrep = ("scan", "--config", str(HERE / "semgrep.yml"), "--metrics", "off", "--disable-version-check", "-j", "1")
    words = {
        "flake8 with flake8-fastapi, one file alone": ("flake8", "--isolated", "-j1", "--select", "CF", alone),
        "fixit, one rule, one file alone": ("fixit", "--rules", "fixit.rules:UseAsyncSleepInAsyncDef", "lint", alone),
        "flake8 with flake8-fastapi": ("flake8", "--isolated", "-j1", "--select", "CF", where),
        "fixit, one rule": ("fixit", "--rules", "fixit.rules:UseAsyncSleepInAsyncDef", "lint", where),
        "pylint with pylint-fastapi-plugin": ("pylint", *pylint, "--recursive=y", where),
        "fastapi-therapist": ("fastapi-therapist", where),
        "semgrep, one rule": ("semgrep", *semgrep, where),
    }
    return {
        name: Command((str(PEERS / one[0]), *one[1:]), is_peer=True, is_slow=where in one)
        for name, one in words.items()
        if (PEERS / one[0]).exists()
    }
