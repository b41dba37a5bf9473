"""What the linter says of an application, in the shape in which `tests/oracle/observe.py` says what the framework made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi_lint.facts.extract import extract
from fastapi_lint.knowledge.versions import Target
from fastapi_lint.lifecycle.entries import unwrapped
from fastapi_lint.lifecycle.link import LinkInput, link
from fastapi_lint.lifecycle.model import Mount
from fastapi_lint.lifecycle.overrides import overrides_of
from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Method,
    ModuleValue,
    PartialValue,
    TypeForm,
)
from fastapi_lint.source.decoding import decode
from tests.oracle.interpreters import Interpreter, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fastapi_lint.facts.deployment.model import Deployment
    from fastapi_lint.lifecycle.model import App, Endpoint, Project
    from fastapi_lint.lifecycle.values import Value

UNRESOLVED = "?"
OWN_ROUTES = "fastapi.applications:FastAPI.setup"
DRIVER = Path(__file__).parent / "observe_many.py"


# --- the linter's side ----------------------------------------------------------------------------------------------


def linked(
    folder: Path,
    fastapi: str = "0.165.0",
    apps: Sequence[str] = (),
    deployments: tuple[Deployment, ...] = (),
    sources: Sequence[str] = (),
    files: Iterable[str] | None = None,
    starlette: str = "",
) -> Project:
    """Return the lifecycle of the Python files below a folder, for one FastAPI version."""
    listed = files if files is not None else (str(path.relative_to(folder)) for path in folder.rglob("*.py"))
    paths = tuple(sorted(Path(path).as_posix() for path in listed))
    facts = {}
    for path in paths:
        source = decode((folder / path).read_bytes())
        facts[path] = extract(source.text, source.encoding, source.shift)
    versions = {"fastapi": fastapi, **({"starlette": starlette} if starlette else {})}
    target = Target.pinned(versions)
    given = LinkInput(paths, facts.get, deployments, lambda _: target, sources, apps)
    return deeply(lambda: link(given))


def deeply(work: Callable[[], Any]) -> Any:
    """Do work on a deep stack, as a run does."""
    results: list[Any] = []
    errors: list[BaseException] = []

    def target() -> None:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(20_000)
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            sys.setrecursionlimit(before)

    size = threading.stack_size(256 << 20)
    thread = threading.Thread(target=target)
    thread.start()
    threading.stack_size(size)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def app_of(project: Project, target: str) -> App:
    """Return the application that a module binds to a name, wherever it was made.

    Raises: `LookupError` where the linter has none.
    """
    module_name, _, attribute = target.partition(":")
    for app in project.apps:
        if app.name in {target, f"{target}()"}:
            return app
    for app in project.apps:
        module = app.modules.get(module_name)
        if module is not None and unwrapped(module.namespace.get(attribute)) is app.instance:
            return app
    raise LookupError(f"no application {target} among {[app.name for app in project.apps]}")


def named(value: Value) -> str:
    """Return `module:qualname` as the observer gives it, a question mark where the linter does not know."""
    match value:
        case FunctionValue() if value.wrapped is not None:
            return named(value.wrapped)
        case FunctionValue() | ClassValue():
            return f"{value.module.name}:{value.qualname}"
        case Method():
            return named(value.function)
        case External():
            return value.name
        case Instance():
            return f"{named(value.type)}()"
        case PartialValue():
            return named(value.function)
        case Member():
            return f"{named(value.receiver).removesuffix('()')}.{value.name}"
        case TypeForm() if not isinstance(value.base, str):
            return named(value.base)
        case ModuleValue():
            return value.name
        case _:
            return UNRESOLVED


def described(app: App) -> dict[str, Any]:
    """Return what the linter says of an application."""
    record = app.instance.record
    handlers = {}
    for added in record.handlers:
        key = added.handles
        handlers[str(key.value) if isinstance(key, Literal) else named(key)] = named(added.handler)
    is_open = not overrides_of(app.instance).is_known
    return {
        "middleware": [_middleware(one.added) for one in app.stack],
        "routes": list(_routes(app.routes, "", is_open=is_open)),
        "exception_handlers": handlers,
        "unknown": [reason for reason, _ in app.unknown],
    }


def _middleware(added: Any) -> str:
    dispatch = added.arguments.keywords.get("dispatch")
    return named(added.middleware if dispatch is None else dispatch)


def _routes(routes: Iterable[Endpoint | Mount], prefix: str, *, is_open: bool) -> Iterator[dict[str, Any]]:
    for route in routes:
        if isinstance(route, Mount):
            yield _mounted(route, prefix, is_open=is_open)
        else:
            yield _endpoint(route, prefix, is_open=is_open)


def _endpoint(endpoint: Endpoint, prefix: str, *, is_open: bool) -> dict[str, Any]:
    route = endpoint.route
    found: dict[str, Any] = {
        "kind": route.kind,
        "path": UNRESOLVED if route.path is None else prefix + route.path,
        "methods": None
        if route.kind == "websocket"
        else [UNRESOLVED]
        if route.methods is None
        else list(route.methods),
        "endpoint": named(route.endpoint),
    }
    if not route.is_plain:
        found["dependencies"] = [named(call.use.call) for call in endpoint.calls if not call.is_cached]
        found["dependencies"] += [UNRESOLVED for _ in endpoint.graph.unknown]
        found["dependencies"] += [UNRESOLVED] if is_open and endpoint.calls else []
    return found


def _mounted(mount: Mount, prefix: str, *, is_open: bool) -> dict[str, Any]:
    route = mount.route
    path = UNRESOLVED if route.path is None else route.path
    whole = path if route.kind == "host" else prefix + path
    found: dict[str, Any] = {"kind": route.kind, "path": whole, "methods": None, "endpoint": named(route.endpoint)}
    inside = mount.inside()
    below = prefix if route.kind == "host" else whole
    if inside.routes:
        found["routes"] = list(_routes(inside.routes, below, is_open=is_open))
    return found


# --- the framework's side -------------------------------------------------------------------------------------------


def observed(
    interpreter: Interpreter, wanted: Sequence[tuple[Path, str]], variables: Mapping[str, str] | None = None
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the framework made of applications, by folder and `module:attribute`; an error as `{"error": ...}`."""
    text = json.dumps([[str(folder), target] for folder, target in wanted])
    done = subprocess.run(
        [str(interpreter.python), str(DRIVER)],
        input=text,
        env=environment(ADMIN_EMAIL="admin@example.com", **(variables or {})),
        capture_output=True,
        text=True,
        check=False,
        cwd=os.fspath(DRIVER.parent),
    )
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        folder, target = one["of"]
        found[folder, target] = one.get("seen", {"error": one.get("error")})
    return found


# --- the comparison -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One thing that the linter says otherwise than the framework; `is_silent` where it only does not know."""

    what: str
    framework: object
    linter: object

    @property
    def is_silent(self) -> bool:
        """Return whether the linter says that it does not know, and nothing wrong."""
        return UNRESOLVED in json.dumps(self.linter)

    def __str__(self) -> str:
        return f"{self.what}: framework {self.framework}, linter {self.linter}"


def differences(seen: Mapping[str, Any], said: Mapping[str, Any]) -> list[Difference]:
    """Return every difference between what the framework made and what the linter says."""
    found: list[Difference] = []
    if not _same_names(seen["middleware"], said["middleware"]):
        found.append(Difference("middleware", seen["middleware"], said["middleware"]))
    found += _route_differences(_own(seen["routes"]), said["routes"], "", unknown=bool(said["unknown"]))
    handlers = {key: value for key, value in seen["exception_handlers"] if not value.startswith("fastapi.")}
    ours = {_library(key): value for key, value in said["exception_handlers"].items()}
    if {_library(key): value for key, value in handlers.items()} != ours:
        found.append(Difference("exception handlers", handlers, said["exception_handlers"]))
    return found


def _own(routes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [route for route in routes if not (route["endpoint"] or "").startswith(OWN_ROUTES)]


def _route_differences(
    seen: list[dict[str, Any]], said: list[dict[str, Any]], where: str, *, unknown: bool
) -> Iterator[Difference]:
    def title(route: Mapping[str, Any]) -> str:
        return f"{route['kind']} {','.join(route['methods'] or ())} {route['path']}"

    if len(seen) != len(said):
        ours = [title(one) for one in said]
        yield Difference(f"routes{where}", [title(one) for one in seen], [*ours, UNRESOLVED] if unknown else ours)
        return
    for framework, linter in zip(seen, said, strict=True):
        name = title(framework)
        for key in ("kind", "path", "methods"):
            if framework["kind"] == "frontend" and key == "methods":
                continue
            if framework[key] != linter[key]:
                yield Difference(f"{name} {key}", framework[key], linter[key])
        if framework["endpoint"] is not None and not _same_name(framework["endpoint"], linter["endpoint"]):
            yield Difference(f"{name} endpoint", framework["endpoint"], linter["endpoint"])
        if "dependencies" in framework and framework["kind"] in {"http", "websocket"}:
            ours = linter.get("dependencies", ["not solved"])
            if not _same_names(framework["dependencies"], ours):
                yield Difference(f"{name} dependencies", framework["dependencies"], ours)
        if "routes" in linter:
            yield from _route_differences(
                _own(framework.get("routes", [])), linter["routes"], f" below {name}", unknown=unknown
            )
        elif _own(framework.get("routes", [])):
            yield Difference(f"routes below {name}", len(framework["routes"]), UNRESOLVED)


def _same_names(first: Sequence[str], second: Sequence[str]) -> bool:
    return len(first) == len(second) and all(map(_same_name, first, second))


def _same_name(first: str, second: str) -> bool:
    return first == second or (":" not in second and _short(first) == _short(second))


def _library(name: str) -> str:
    """Return an exception of a library by its short name, and one of the project as it is."""
    return _short(name) if name.partition(".")[0].partition(":")[0] in {"builtins", "fastapi", "starlette"} else name


def _short(name: str) -> str:
    """Return the name of a library's object without the modules of it that it can be imported from."""
    dotted = name.replace(":", ".")
    return f"{dotted.partition('.')[0]}.{dotted.rpartition('.')[2]}"
