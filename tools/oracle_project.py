"""Compares the linter with the framework on a real project: `make oracle-project PROJECT=... PYTHON=... APP=...`.

The project is imported by an interpreter that has its requirements; what the linter says of the application is
compared with what FastAPI made of it, route by route. Settings that the project reads from the environment are given
as `NAME=VALUE` arguments behind the application.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.lifecycle.agreement import app_of, described, differences, linked, observed
from tests.oracle.interpreters import Interpreter

if TYPE_CHECKING:
    from collections.abc import Sequence

_USAGE = "usage: make oracle-project PROJECT=path PYTHON=path/to/python APP=module:attribute [SET='NAME=VALUE ...']"
_VERSIONS = "from importlib.metadata import version as v; print(v('fastapi'), v('starlette'))"


def main(arguments: Sequence[str]) -> int:
    """Compare one application; return 1 where the linter says anything wrong, 2 where nothing could be compared."""
    if len(arguments) < 3 or not Path(arguments[0]).is_dir():
        print(_USAGE, file=sys.stderr)
        return 2
    home, python, target = Path(arguments[0]).resolve(), Path(arguments[1]).absolute(), arguments[2]
    variables = dict(one.split("=", 1) for one in arguments[3:])
    done = subprocess.run([str(python), "-c", _VERSIONS], capture_output=True, text=True, check=True)
    fastapi, starlette = done.stdout.split()
    ((_, real),) = observed(Interpreter(fastapi, python), [(home, target)], variables).items()
    if "error" in real:
        print(f"not observed: {target}: {real['error']}")
        return 2
    said = described(app_of(linked(home, fastapi, starlette=starlette, apps=[target]), target))
    found = differences(real, said)
    for one in found:
        print(f"{'not known' if one.is_silent else 'WRONG'}: {one}")
    count = sum(map(_count, real["routes"]))
    wrong = sum(not one.is_silent for one in found)
    print(f"{target}, FastAPI {fastapi}, {count} routes: {wrong} wrong, {len(found) - wrong} not known")
    return int(bool(wrong))


def _count(route: dict[str, Any]) -> int:
    return 1 + sum(map(_count, route.get("routes") or ()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
