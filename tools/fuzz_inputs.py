"""Hostile inputs for the fuzzer: shapes that grow, and real files with bytes, tokens and lines gone astray.

`made` is a pure function of a seed and a number, so that every input can be made again from the two.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = "input.py"
_LONGEST: Final = 1_200
_TOKEN: Final = re.compile(rb"\w+|\s+|[^\w\s]")
_SIZES: Final = (1, 2, 5, 9, 20, 60, 99, 101, 200, 390, 1_000, 3_000, 10_000, 30_000, 100_000)

_QUOTES: Final = ("'", '"', "'''", '"""')
APP: Final = "from fastapi import FastAPI\napp = FastAPI()\n"

SHAPES: Final[Mapping[str, Callable[[int], str]]] = {
    "parentheses": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "brackets": lambda n: "x = " + "[" * n + "]" * n,
    "dicts": lambda n: "x = " + "{1:" * n + "1" + "}" * n,
    "calls in calls": lambda n: "x = " + "f(" * n + ")" * n,
    "walrus": lambda n: "x = " + "(a := " * n + "1" + ")" * n,
    "lambdas in brackets": lambda n: "x = " + "(lambda: " * n + "1" + ")" * n,
    "formatted strings": lambda n: "x = " + "f'{" * n + "1" + "}'" * n,
    "format specs": lambda n: "x = f'" + "{a:" * n + "}" * n + "'",
    "format specs never closed": lambda n: 'x = f"""' + "{a:" * n,
    "formatted strings never closed": lambda n: "x = " + "f'{" * n,
    "formatted strings of all quotes": lambda n: "x = " + "".join(f"f{quotes}{{" for quotes in _QUOTES * (n // 4)),
    "templates": lambda n: "x = " + "t'{" * n + "1" + "}'" * n,
    "fields": lambda n: "x = f'" + "{a}" * n + "'",
    "fields in a spec": lambda n: "x = f'{a:" + "{b}" * n + "}'",
    "formatted strings beside each other": lambda n: "x = " + "f'{a}' " * n,
    "brackets in a field": lambda n: "x = f'{" + "(" * n + "1" + ")" * n + "}'",
    "calls in a field": lambda n: "x = rf'{" + "f(" * n + ")" * n + "}'",
    "sum in a field": lambda n: "x = f'{a:{" + " + ".join(["1"] * n) + "}}'",
    "doubled braces": lambda n: "x = f'" + "{{" * n + "}}" * n + "'",
    "annotated target": lambda n: "(" * n + "x" + ")" * n + ": int",
    "annotated targets": lambda n: "(x): int\n" * min(n, 30_000),
    "prefixes": lambda n: "x = " + "tr'{a}' " * n,
    "sum": lambda n: "x = " + " + ".join(["1"] * n),
    "and": lambda n: "x = " + " and ".join(["a"] * n),
    "comparison": lambda n: "x = " + " < ".join(["a"] * n),
    "power": lambda n: "x = " + "**".join(["a"] * n),
    "minus": lambda n: "x = " + "-" * n + "1",
    "not": lambda n: "x = " + "not " * n + "a",
    "await": lambda n: "async def f():\n x = " + "await " * n + "a",
    "attributes": lambda n: "x = a" + ".b" * n,
    "calls": lambda n: "x = a" + "()" * n,
    "subscripts": lambda n: "x = a" + "[0]" * n,
    "ternaries": lambda n: "x = " + "a if b else " * n + "c",
    "lambdas": lambda n: "x = " + "lambda: " * n + "1",
    "list": lambda n: "x = [" + "1," * n + "]",
    "dict": lambda n: "x = {" + "1:2," * n + "}",
    "strings": lambda n: "x = " + "'a' " * n,
    "statements": lambda n: "x = 1\n" * n,
    "semicolons": lambda n: "x;" * n + "x",
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(min(n, 300))) + " " * min(n, 300) + "pass",
    "functions": lambda n: "".join(" " * i + "def f():\n" for i in range(min(n, 300))) + " " * min(n, 300) + "pass",
    "elif": lambda n: "if a:\n pass\n" + "elif b:\n pass\n" * n,
    "arguments": lambda n: "f(" + "a," * n + ")",
    "parameters": lambda n: "def f(" + ",".join(f"a{i}" for i in range(n)) + "): pass",
    "type parameters": lambda n: "def f[" + ",".join(f"T{i}" for i in range(n)) + "](): pass",
    "decorators": lambda n: "@d\n" * n + "def f(): pass",
    "comments": lambda n: "# c\n" * n,
    "joined lines": lambda n: "x = \\\n" + "1 + \\\n" * n + "1",
    "assignments": lambda n: "a = " * n + "1",
    "or patterns": lambda n: "match x:\n case " + " | ".join(["1"] * n) + ": pass",
    "patterns": lambda n: "match x:\n case " + "(" * n + "a" + ")" * n + ": pass",
    "mapping patterns": lambda n: "match x:\n case " + "{1:" * n + "a" + "}" * n + ": pass",
    "class patterns": lambda n: "match x:\n case " + "A(k=" * n + "a" + ")" * n + ": pass",
    "comprehension": lambda n: "x = [a " + "for a in b " * n + "]",
    "with": lambda n: "with " + "(" * n + "a" + ")" * n + ": pass",
    "targets": lambda n: "for " + "(" * n + "a" + ")" * n + " in b: pass",
    "never closed": lambda n: "(" * n,
    "one long line": lambda n: "x = '" + "a" * n + "'",
    "quotes": lambda n: "'" * n,
    "routes": lambda n: APP + "@app.get('/')\ndef f(): ...\n" * min(n, 2_000),
    "loops": lambda n: APP + "for i in range(10**9):\n app.get('/')\n" * min(n, 99),
    "recursion": lambda n: APP + "def f(*a): return f(*a, *a) + f()\n" + "app = f(app)\n" * min(n, 99),
    "doubling": lambda n: APP + "a = [1]\n" + "a = a + a\n" * min(n, 3_000) + "app.state.a = a\n",
    "text doubling": lambda n: APP + "a = 'x'\n" + "a = a + a\n" * min(n, 3_000) + "app.title = a\n",
}  # fmt: skip
"""Python that grows without end, by what grows."""

BOMBS: Final[Mapping[str, Callable[[int], str]]] = {
    "compose.yaml": lambda n: "services: " + "[" * n,
    "docker-compose.yml": lambda n: "services:\n" + "".join(" " * i + " a:\n" for i in range(min(n, 400))),
    "compose.override.yaml": lambda n: (
        "a0: &a0 {x: 1}\n"
        + "".join(f"a{i}: &a{i}\n  <<: [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, min(n, 300)))
    ),
    "deploy/compose.yml": lambda n: "services:\n  api:\n    command: uvicorn app:app --workers " + "9" * n,
    "k8s.yaml": lambda n: "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n" + "  - image: a\n" * n,
    "Dockerfile": lambda n: "FROM x\nENV A=x\n" + "ENV A=$A$A\n" * n + "CMD uvicorn app:app --workers $A\n",
    "Dockerfile.a": lambda n: "FROM x\nCMD [" + '"' * n,
    "Dockerfile.b": lambda n: "FROM x\nRUN <<A\n" * n,
    "Dockerfile.c": lambda n: "FROM x\nCMD " + "$(" * n,
    "Procfile": lambda n: "web: " + "( " * n + "uvicorn app:app",
    "api.service": lambda n: "[Service]\nExecStart=" + "\\\n" * n + "uvicorn app:app",
    "supervisord.conf": lambda n: "[program:a]\ncommand=" + "%(ENV_A)s" * n,
    "start.sh": lambda n: "if a; then case b in c) " * n + "uvicorn app:app\n",
    "run.sh": lambda n: "uvicorn app:app --workers " + "${A:-" * n + "4" + "}" * n,
    "gunicorn.conf.py": lambda n: "workers = " + "(" * n + "1" + ")" * n,
    "pyproject.toml": lambda n: "[tool.poetry.dependencies]\nfastapi = " + "[" * n,
    "sub/pyproject.toml": lambda n: "a." * n + "b = 1\n",
    "uv.lock": lambda n: '[[package]]\nname = "fastapi"\nversion = "0.115.0"\n' * n,
    "Pipfile.lock": lambda n: '{"default":' * n,
    "requirements.txt": lambda n: "fastapi" + ">=0.1," * n + "\n-r requirements.txt\n",
    "setup.py": lambda n: "setup(install_requires=" + "[" * n + "]" * n + ")",
    "setup.cfg": lambda n: "[options]\ninstall_requires =\n" + "    fastapi\n" * n,
    ".gitignore": lambda n: "*" * n + "a\n" + "[" * n,
}
"""Deployment and configuration that grows without end, by the name of the file."""


@dataclass(frozen=True, slots=True)
class Input:
    """One hostile file: its name, its bytes, and how it came to be."""

    name: str
    data: bytes
    origin: str


def made(seed: int, number: int) -> Input:
    """Return the input of a number; the same for ever while the files that it is made from stay the same."""
    chance = random.Random(f"{seed}:{number}")
    kind = chance.random()
    if kind < 0.04:
        return _shape(chance)
    if kind < 0.10:
        return _bomb(chance)
    path, data = chance.choice(_python() if kind < 0.75 else _others())
    name = PYTHON if kind < 0.75 else path
    data = _cut(chance, data)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 8))):
        data = chance.choice(_MUTATIONS)(chance, data)
    return Input(name, data, f"mutation of {path}")


def _size(chance: random.Random) -> int:
    """Return a size; the largest, which take a second each, are rare."""
    return _SIZES[min(chance.randrange(len(_SIZES)) for _ in range(3))] if chance.random() < 0.95 else max(_SIZES)


def _shape(chance: random.Random) -> Input:
    name = chance.choice(sorted(SHAPES))
    size = _size(chance)
    text = SHAPES[name](size)
    if chance.random() < 0.2:
        text = chance.choice(("\n", "    ", "x = (", "class A:\n", "'''", "# ")) + text
    return Input(PYTHON, f"{text}\n".encode(), f"{name} {size}")


def _bomb(chance: random.Random) -> Input:
    name = chance.choice(sorted(BOMBS))
    size = _size(chance)
    return Input(name, BOMBS[name](size).encode(), f"bomb {size}")


@cache
def _python() -> tuple[tuple[str, bytes], ...]:
    folders = ("fastapi_lint", "tests", "tools", "examples")
    return _files(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def _others() -> tuple[tuple[str, bytes], ...]:
    kinds = (".yaml", ".yml", ".toml", ".lock", ".txt", ".sh", ".service", ".conf", ".cfg", ".env", ".ini")
    wanted = [
        path
        for folder in ("tests/fixtures", "examples")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and (path.suffix in kinds or path.name.startswith(("Dockerfile", "Procfile")))
    ]
    return _files(wanted) + tuple((name, grow(3).encode()) for name, grow in sorted(BOMBS.items()))


def _files(paths: object) -> tuple[tuple[str, bytes], ...]:
    found = sorted(path for path in paths if isinstance(path, Path))  # type: ignore[attr-defined]
    return tuple((path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in found if path.stat().st_size)


def _cut(chance: random.Random, data: bytes) -> bytes:
    """Return some of a long file, from the beginning of a line on."""
    if len(data) <= _LONGEST:
        return data
    start = data.find(b"\n", chance.randrange(len(data) - _LONGEST // 2)) + 1
    return data[start : start + chance.randrange(100, _LONGEST)]


def _flipped(chance: random.Random, data: bytes) -> bytes:
    found = bytearray(data or b" ")
    for _ in range(chance.choice((1, 1, 3, 20))):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


_ODD: Final = (
    *(b"\0", b"\xff", b"\r", b"\f", b"\v", b"\x1a", b"\xef\xbb\xbf", b"\\\n", b"\t", b"\xe2\x80\xa8", b"\xed\xa0\x80"),
    *(b"\xe2\x80\xae", b"# coding: utf-7\n", b"# -*- coding: latin-1 -*-\n", b'"""', b"'", b"f'{", b"(" * 120, b"`"),
    *(b"<<EOF\n", b"${", b"$(", b"&a ", b"*a ", b"<<: *a\n", b"!!x ", b"|-\n", b"\x1b[2J", b"::error::x"),
)


def _odd(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    odd = chance.choice(_ODD)
    return data[:at] + odd + data[at:]


def _truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _tokens(chance: random.Random, data: bytes) -> bytes:
    """Drop, double, swap or exchange tokens."""
    tokens = _TOKEN.findall(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        if len(tokens) < 2:
            break
        at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(4):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[other])
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case _:
                tokens[at] = tokens[other]
    return b"".join(tokens)


def _lines(chance: random.Random, data: bytes) -> bytes:
    """Drop, double, move or indent lines, or change how they end."""
    lines = data.split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines[other:other] = lines[at : at + chance.randrange(1, 9)]
        case 2:
            lines[at] = b" " * chance.randrange(9) + lines[at].lstrip()
        case 3:
            return chance.choice((b"\r", b"\r\n")).join(lines)
        case _:
            lines.insert(other, lines[at])
    return b"\n".join(lines)


def _repeated(chance: random.Random, data: bytes) -> bytes:
    """Repeat a short piece many times."""
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.randrange(1, 12)]
    return data[:at] + piece * chance.choice((3, 30, 120, 450)) + data[at:]


_MUTATIONS: Final = (_flipped, _odd, _truncated, _tokens, _tokens, _tokens, _lines, _lines, _repeated)
