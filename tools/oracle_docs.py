"""Compares the linter with the framework on FastAPI's own documentation: `make oracle-docs DOCS_SRC=path/to/docs_src`.

Every application of the examples that the newest FastAPI can import is observed, and what the linter says of it is
compared: middleware, routes in order with their calls, exception handlers. The examples are copied first, with the
folders that some of them look for; what they need beside FastAPI is installed into an environment of its own.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.lifecycle.agreement import Difference, app_of, described, differences, linked, observed
from tests.oracle.interpreters import NEWEST, Interpreter, folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_BESIDE: Final = (
    "httpx<0.28",
    "a2wsgi",
    "email-validator",
    "flask",
    "jinja2",
    "orjson",
    "psycopg[binary]",
    "pwdlib[argon2]",
    "pydantic-settings",
    "pyjwt",
    "python-multipart",
    "pyyaml",
    "sqlmodel",
    "strawberry-graphql",
    "uvicorn",
    "websockets",
)
_LOOKED_FOR: Final = ("static", "templates", "dist")
_FILES: Final = ("dist/index.html", "dist/404.html")
_MAKES_APP: Final = re.compile(r"\b(FastAPI|Starlette)\(")


def main(arguments: list[str]) -> int:
    """Compare all examples below a folder; return 1 where the linter says anything wrong."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: make oracle-docs DOCS_SRC=path/to/docs_src", file=sys.stderr)
        return 2
    interpreter = _interpreter()
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "docs_src"
        _copy(Path(arguments[0]), copy)
        return _compare(copy.resolve(), interpreter)


def _interpreter() -> Interpreter:
    home = folder() / "fastapi-docs"
    python = home / "bin" / "python"
    if not python.exists():
        newest = Interpreter.find(NEWEST)
        if newest is None:
            raise SystemExit(f"FastAPI {NEWEST} is not there: run `make oracle-venvs`")
        print(f"installing what the examples need into {home}", flush=True)
        subprocess.run([str(newest.python), "-m", "venv", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", f"fastapi=={NEWEST}", *_BESIDE]
        subprocess.run(install, check=True)
    return Interpreter(NEWEST, python)


def _copy(source: Path, copy: Path) -> None:
    shutil.copytree(source, copy)
    for name in _LOOKED_FOR:
        (copy / name).mkdir(exist_ok=True)
    for name in _FILES:
        (copy / name).write_text("", encoding="utf-8")


def _modules(home: Path) -> Iterator[str]:
    for path in sorted(home.rglob("*.py")):
        if _MAKES_APP.search(path.read_text(encoding="utf-8")):
            yield ".".join(path.relative_to(home).with_suffix("").parts).removesuffix(".__init__")


def _compare(home: Path, interpreter: Interpreter) -> int:
    seen = observed(interpreter, [(home, name) for name in _modules(home)])
    project = linked(home, NEWEST)
    errors = {target: real["error"] for (_, target), real in seen.items() if "error" in real}
    found: dict[str, list[Difference]] = {}
    for (_, target), real in sorted(seen.items()):
        if target not in errors:
            found[target] = _differences(project, target, real)
    _print(found, errors)
    return int(any(not one.is_silent for listed in found.values() for one in listed))


def _differences(project: Any, target: str, real: dict[str, Any]) -> list[Difference]:
    try:
        return differences(real, described(app_of(project, target)))
    except LookupError:
        return [Difference("the application", "there", "missing")]


def _print(found: dict[str, list[Difference]], errors: dict[str, str]) -> None:
    for target, message in sorted(errors.items()):
        print(f"not observed: {target}: {message.splitlines()[0][:120]}")
    for target, listed in found.items():
        for one in listed:
            print(f"{'not known' if one.is_silent else 'WRONG'}: {target}: {one}")
    agree = sum(not listed for listed in found.values())
    silent = sum(bool(listed) and all(one.is_silent for one in listed) for listed in found.values())
    share = 100 * agree / max(1, len(found))
    wrong = len(found) - agree - silent
    print(f"{agree} of {len(found)} applications agree ({share:.1f} %), {silent} in part not known, {wrong} wrong")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
