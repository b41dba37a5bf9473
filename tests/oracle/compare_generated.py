"""Compares what the linter says of a generated project with what the framework made of it and did.

python -m tests.oracle.compare_generated 0.165.0 <seed> [<seed after the last>]
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from fastapi_lint.engine.run import Request, Run, explore
from fastapi_lint.lifecycle.story import story_of
from tests.oracle.generate import ROOT, Project
from tests.oracle.interpreters import ORACLE, TIME_LIMIT, Interpreter, OracleError, environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from typing_extensions import Self

    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.story import AppStory, MiddlewareStory, RouteStory

Answer = dict[str, Any]
"""What `run_generated.py` says of one project."""

_FAILURES = frozenset({401, 403, 422, 500})
"""What no request to a generated project is answered with."""
_PARAMETER = re.compile(r"{[^}:]+:?([a-z]*)}")
_CONVERTORS = {"": "[^/]+", "str": "[^/]+", "int": "[0-9]+", "float": r"[0-9]+(\.[0-9]+)?", "path": ".*"}
_CONVERTORS["uuid"] = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"


# --- the framework's side -------------------------------------------------------------------------------------------


class Framework:
    """The driver in a version's interpreter, from entering the `with` block to leaving it."""

    def __init__(self, interpreter: Interpreter) -> None:
        """Prepare to use projects; nothing starts yet."""
        self.interpreter = interpreter
        self._command = [str(interpreter.python), str(ORACLE / "run_generated.py")]
        self._lines: Queue[str] = Queue()

    def __enter__(self) -> Self:
        """Start the interpreter."""
        self._process = subprocess.Popen(
            self._command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(TIME_LIMIT)
        self._reader.join()
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def send(self, folder: Path, target: str) -> None:
        """Have a project used; the answer comes in its turn, and this does not wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), "target": target}) + "\n")
        self._process.stdin.flush()

    def receive(self) -> Answer:
        """Return the next answer.

        Raises: `OracleError` when the interpreter ended without one.
        """
        line = self._lines.get(timeout=TIME_LIMIT)
        if not line:
            raise OracleError(f"{self._command} ended without an answer")
        answer: Answer = json.loads(line)
        return answer


# --- the linter's side ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What the linter says: all applications of a project, and the one that a server would be told to start."""

    apps: tuple[AppStory, ...]
    app: AppStory | None


def told(project: Project, folder: Path, framework: str, starlette: str) -> Told:
    """Return the linter's story of a project in a folder, for versions of FastAPI and Starlette."""
    versions = (f"fastapi={framework}", f"starlette={starlette}")
    request = Request((str(folder),), folder, target_version=versions, jobs=1, isolated=True)
    return explore(request, lambda run: _told(run, project))


def _told(run: Run, project: Project) -> Told:
    apps = story_of(run.project).apps
    for target in (project.target, project.made):
        for story, app in zip(apps, run.project.apps, strict=True):
            if _is(app, target):
                return Told(apps, story)
    return Told(apps, None)


def _is(app: App, target: str) -> bool:
    """Return whether a target stands for an application: by its name, or because the module binds it too."""
    if app.name in {target, f"{target}()"}:
        return True
    name, _, attribute = target.partition(":")
    module = app.modules.get(name)
    return module is not None and module.namespace.get(attribute) is app.instance


# --- the comparison -------------------------------------------------------------------------------------------------


@dataclass
class Comparison:
    """What differs, what could not be compared, and how much was."""

    differences: list[str] = field(default_factory=list)
    is_complete: bool = True
    unknown: tuple[str, ...] = ()
    is_broken: bool = False
    """Whether the framework refuses the project, which is the generator's mistake."""
    requests: int = 0
    calls: int = 0

    def differ(self, what: str, framework: object, linter: object) -> None:
        """Note a difference where there is one."""
        if framework != linter:
            self.differences.append(f"{what}\n    framework: {framework}\n    linter:    {linter}")


def compared(answer: Answer, linter: Told, target: str) -> Comparison:
    """Return what differs between what the framework did and the story."""
    found = Comparison()
    if "error" in answer:
        found.is_broken = True
        found.differences.append(f"the framework refuses the project\n{answer['error']}")
        return found
    app = linter.app
    if app is None:
        found.is_complete = False
        found.differences.append(f"no application {target} among {[one.name for one in linter.apps]}")
        return found
    found.is_complete = app.complete
    found.unknown = tuple(f"{one.reason} at {one.location}" for one in app.unknown)
    found.differ("middleware", answer["middleware"], [one.name for one in app.middleware])
    handlers = {one.handles: one.name for one in app.exception_handlers}
    found.differ("exception handlers", _sorted(dict(answer["handlers"])), _sorted(handlers))
    _compare_life(found, answer, app)
    seen = list(_flat(answer["routes"]))
    found.differ("routes", *_apart([_title(route) for route in seen], [_told_title(route) for route in app.routes]))
    if len(seen) == len(app.routes):
        for framework, linter in zip(seen, app.routes, strict=True):
            if linter.endpoint not in framework["names"]:
                found.differ(f"endpoint of {_title(framework)}", framework["names"], linter.endpoint)
        _compare_requests(found, answer["routes"], seen, app)
    return found


def _sorted(handlers: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted((key.replace("builtins:", ""), value) for key, value in handlers.items())


def _title(route: Answer) -> str:
    methods = ",".join(sorted(route["methods"] or ()))
    return f"{route['kind']} {methods} {route['path']}"


def _told_title(route: RouteStory) -> str:
    return f"{route.kind} {','.join(sorted(route.methods))} {route.path}"


def _flat(routes: Iterable[Answer]) -> Iterator[Answer]:
    """Yield the routes that the project made itself."""
    for route in routes:
        if not route["own"]:
            yield route
            yield from _flat(route.get("routes", ()))


def _compare_life(found: Comparison, answer: Answer, app: AppStory) -> None:
    startup = [one.name for one in app.lifespan if one.runs and one.kind != "shutdown"]
    shutdown = [one.name for one in app.lifespan if one.runs and one.kind == "shutdown"]
    lifespans = [one.name for one in app.lifespan if one.runs and one.kind == "lifespan"]
    _compare_names(found, "start-up", answer["startup"], startup)
    _compare_names(found, "shutdown", [one for one in answer["shutdown"] if one[0] == "call"], shutdown)
    _compare_names(found, "the end", [one for one in answer["shutdown"] if one[0] == "leave"], lifespans[::-1])
    ran = {name for entry in answer["startup"] + answer["shutdown"] for name in entry[1]}
    idle = {one.name for one in app.lifespan if not one.runs}
    found.differ("what never runs", [], sorted(name for name in idle & ran if name not in {*startup, *shutdown}))


def _compare_names(found: Comparison, what: str, entries: Sequence[list[Any]], names: Sequence[str]) -> None:
    same = len(entries) == len(names) and all(name in entry[1] for entry, name in zip(entries, names, strict=True))
    if not same:
        seen = [next((name for name in names if name in entry[1]), _written(entry)) for entry in entries]
        found.differ(what, *_apart(seen, list(names)))


def _apart(framework: list[str], linter: list[str]) -> tuple[list[str], list[str]]:
    """Return two lists without most of what they begin and end with alike."""
    least = min(len(framework), len(linter))
    first = next((index for index in range(least) if framework[index] != linter[index]), least)
    left = least - first
    last = next((index for index in range(left) if framework[-1 - index] != linter[-1 - index]), left)
    cut = max(first - 1, 0)
    return [
        ["..."] * bool(cut) + one[cut : len(one) - max(last - 1, 0)] + ["..."] * (last > 1)
        for one in (framework, linter)
    ]  # type: ignore[return-value]


def _written(entry: list[Any]) -> str:
    return " or ".join(entry[1]) if entry[0] != "response" else "the response"


# --- requests -------------------------------------------------------------------------------------------------------


def _compare_requests(found: Comparison, tree: list[Answer], seen: list[Answer], app: AppStory) -> None:
    index_of = {id(route): index for index, route in enumerate(seen)}
    for index, route in enumerate(seen):
        reached = False
        for method, request in route.get("requests", {}).items():
            answering = _answering(tree, request["path"], method)
            own = answering is None or answering["own"]
            answers = None if own else app.routes[index_of[id(answering)]]
            reached |= answering is route
            where = f"request {method} {request['path']}"
            if request["error"] or request["status"] in _FAILURES:
                found.is_broken = True
                found.differences.append(f"{where} fails\n    {request['status']} {request['error']}")
            elif answers is None:
                layers = {one.name for one in app.middleware}
                layers |= {one.name for each in app.routes for inner in each.mounted for one in inner.middleware}
                calls = [_written(entry) for entry in request["journal"] if entry[0] == "call"]
                calls = [name for name in calls if not layers & set(name.split(" or "))]
                found.differ(f"{where}, which none of the project's routes takes", calls, [])
            else:
                _compare_request(found, where, request, app, answers, method)
        if route["kind"] != "mount":
            found.differ(f"whether {_title(route)} is reachable", reached, app.routes[index].reachable)


def _answering(routes: Iterable[Answer], path: str, method: str) -> Answer | None:
    """Return the route that Starlette's rules give a request to."""
    for route in routes:
        pattern = _PARAMETER.sub(lambda match: f"(?:{_CONVERTORS[match[1]]})", route["path"])
        if route["kind"] == "mount":
            if re.fullmatch(f"{pattern}/.*", path):
                return _answering(route["routes"], path, method)
        elif re.fullmatch(pattern, path) and _takes(route, method):
            return route
    return None


def _takes(route: Answer, method: str) -> bool:
    if route["kind"] == "websocket" or method == "WEBSOCKET":
        return route["kind"] == "websocket" and method == "WEBSOCKET"
    return not route["methods"] or method in route["methods"]


def _layers(app: AppStory, method: str, inside: Iterable[Sequence[MiddlewareStory]] = ()) -> list[str]:
    """Return the project's middleware on the way of a request; what is generated lets websockets pass."""
    if method == "WEBSOCKET":
        return []
    every = [*app.middleware, *(one for stack in inside for one in stack)]
    return [one.name for one in every if one.name.partition(".")[0] == ROOT]


def _compare_request(
    found: Comparison, where: str, request: Answer, app: AppStory, route: RouteStory, method: str
) -> None:
    found.requests += 1
    layers = _layers(app, method, (one.middleware for one in route.mounted))
    names = [*layers, *(call.name for call in route.request.calls), route.endpoint]
    calls = [entry for entry in request["journal"] if entry[0] == "call"]
    found.calls += len(calls)
    _compare_names(found, where, calls, names)
    if len(calls) == len(names):
        for entry, call in zip(calls[len(layers) :], route.request.calls, strict=False):
            if entry[2] and call.kind not in {entry[2], "class", "instance"}:
                found.differ(f"{where}: kind of {call.name}", entry[2], call.kind)
    after = False
    exits: list[str] = []
    for entry in request["journal"]:
        if entry[0] == "response":
            after = True
        elif entry[0] == "leave":
            exits.append(f"{_written(entry)} {'after' if after else 'before'}")
    when = {"before_response": "before", "after_response": "after"}
    told_exits = [f"{one.name} {when[one.when]}" for one in route.request.exits]
    if method == "WEBSOCKET":
        # A websocket has no response, so that there is no before and after.
        exits, told_exits = ([text.rpartition(" ")[0] for text in one] for one in (exits, told_exits))
    same = len(exits) == len(told_exits) and all(map(_same_exit, exits, told_exits))
    if not same:
        found.differ(f"{where}: exit code", exits, told_exits)


def _same_exit(framework: str, linter: str) -> bool:
    names, _, when = framework.rpartition(" ")
    name, _, told_when = linter.rpartition(" ")
    return (when == told_when and name in names.split(" or ")) or linter in framework.split(" or ")


# --- both -----------------------------------------------------------------------------------------------------------


def compare(framework: Framework, projects: Iterable[Project], told_for: str = "") -> Iterator[Comparison]:
    """Yield what differs for each project; `told_for` is another version of FastAPI to tell the story for."""
    interpreter = framework.interpreter
    starlette = ".".join(map(str, interpreter.starlette))
    with tempfile.TemporaryDirectory() as name:
        written = []
        for index, project in enumerate(projects):
            folder = Path(name) / str(index)
            project.write(folder)
            framework.send(folder, project.target)
            written.append((project, folder))
        for project, folder in written:
            linter = told(project, folder, told_for or interpreter.version, starlette)
            yield compared(framework.receive(), linter, project.target)


if __name__ == "__main__":
    from tests.oracle.generate import of_seed

    stated = Interpreter.find(sys.argv[1])
    assert stated is not None, f"there is no environment with FastAPI {sys.argv[1]}"
    with Framework(stated) as running:
        for seed in range(int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else int(sys.argv[2]) + 1):
            (result,) = compare(running, [of_seed(seed, stated.version)])
            if not result.is_complete:
                print(f"seed {seed} is incomplete: {result.unknown}")
            if result.differences:
                print(f"seed {seed}: {len(result.differences)} differences")
                print("\n".join(result.differences[:3]))
