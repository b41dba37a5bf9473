"""Compares the linter with the framework on a real project: `make oracle-project PROJECT=... PYTHON=... APP=...`.

The project is imported by an interpreter that has its requirements; what the linter says of the application is
compared with what FastAPI made of it, route by route. Settings that the project reads from the environment are given
as `NAME=VALUE` arguments behind the application.
"""

from __future__ import annotations

import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.lifecycle.agreement import OWN_ROUTES, app_of, described, differences, linked, observed
from tests.oracle.interpreters import Interpreter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fastapi_lint.lifecycle.model import App, Project

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
    said = described(_app(linked(home, fastapi, starlette=starlette, apps=[target]), target))
    found = differences(real, said)
    for one in found:
        print(f"{'not known' if one.is_silent else 'WRONG'}: {one}")
    seen, told = list(_flat(real["routes"])), list(_flat(said["routes"]))
    blocks = SequenceMatcher(None, seen, told, autojunk=False).get_matching_blocks()
    wrong = sum(not one.is_silent for one in found)
    print(
        f"{target}, FastAPI {fastapi}: {sum(block.size for block in blocks)} of {len(seen)} routes agree with all that "
        f"a request to them calls; {wrong} differences, {len(found) - wrong} not known"
    )
    return int(bool(wrong))


def _app(project: Project, target: str) -> App:
    """Return the application of a target, also where a server of the project knows its module by another name."""
    path, variable = f"{target.partition(':')[0].replace('.', '/')}.py", target.partition(":")[2]
    for app in project.apps:
        if app.instance.site.path == path and app.name.endswith(f":{variable}"):
            return app
    return app_of(project, target)


def _flat(routes: Iterable[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """Yield every route as what can be compared, those below mounts too."""
    for route in routes:
        if (route["endpoint"] or "").startswith(OWN_ROUTES):
            continue
        calls = tuple(map(_last, route.get("dependencies") or ()))
        yield route["kind"], tuple(route["methods"] or ()), route["path"], _last(route["endpoint"] or ""), calls
        yield from _flat(route.get("routes") or ())


def _last(name: str) -> str:
    """Return the last part of a name: libraries' objects can be imported from several of their modules."""
    return name.replace(":", ".").rpartition(".")[2]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
