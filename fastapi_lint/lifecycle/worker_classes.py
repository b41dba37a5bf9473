"""Where a project names gunicorn's worker classes of uvicorn: in deployments, in gunicorn's settings, in code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import children
from fastapi_lint.knowledge.servers import DEPRECATED_WORKERS
from fastapi_lint.lifecycle.symbols import is_test_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import Project

MODULE: Final = "uvicorn.workers"
WORDS: Final = frozenset(name.rpartition(".")[2] for name in DEPRECATED_WORKERS)
_OPTIONS: Final = frozenset({"-k", "--worker-class"})
_SETTING: Final = "worker_class"


@dataclass(frozen=True, slots=True)
class WorkerClass:
    """One place that names a worker class, and the class of the project that is built on it there."""

    location: Location
    name: str
    """`uvicorn.workers.UvicornWorker`."""
    built: str = ""
    built_at: Location | None = None
    deployment: Location | None = None
    """The command that uses it, where a deployment names it."""


def worker_classes(project: Project) -> Iterator[WorkerClass]:
    """Yield the places that name one, those in code first, each once."""
    seen: set[str] = set()
    for path in project.naming_workers:
        facts = project.facts.get(path)
        if facts is None or is_test_path(path):
            continue
        found = [*_imports(path, facts), *_texts(path, facts.body)]
        seen |= {path} if found else set()
        yield from found
    places: set[Location] = set()
    for deployment in project.deployments:
        name, place = deployment.worker_class or ("", deployment.location)
        # A base image that chooses the class brings the uvicorn that goes with it: nothing here names either.
        is_of_image = place.span == deployment.location.span
        if name in DEPRECATED_WORKERS and not is_of_image and place.path not in seen and place not in places:
            places.add(place)
            yield WorkerClass(place, name, deployment=deployment.location)


def _imports(path: str, facts: m.ModuleFacts) -> Iterator[WorkerClass]:
    """Yield the imports of a module at its top level, which is no fallback for another package then."""
    for node in facts.body:
        if not isinstance(node, m.Import | m.ImportFrom):
            continue
        for written, name in _names_of(node):
            location = Location(path, Span(node.start, node.end))
            built = next((one for one in facts.body if isinstance(one, m.Class) and _is_built_on(one, written)), None)
            if built is not None:
                yield WorkerClass(location, name, built.name, Location(path, Span(built.start, built.end)))
                break
            if isinstance(node, m.ImportFrom) and node.module == MODULE:
                yield WorkerClass(location, name)
                break


def _names_of(node: m.Import | m.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield how an import lets a module write the worker classes, and which they are."""
    if isinstance(node, m.ImportFrom):
        for name, alias in node.names:
            if node.module == MODULE and not node.level and name in WORDS:
                yield alias or name, f"{MODULE}.{name}"
            elif node.module == "uvicorn" and not node.level and name == "workers":
                yield from ((f"{alias or name}.{word}", f"{MODULE}.{word}") for word in sorted(WORDS))
    else:
        for name, alias in node.names:
            if name == MODULE:
                yield from ((f"{alias or name}.{word}", f"{MODULE}.{word}") for word in sorted(WORDS))


def _is_built_on(node: m.Class, written: str) -> bool:
    return any(_dotted(base.value) == written for base in node.bases)


def _dotted(expr: m.Expr) -> str:
    if isinstance(expr, m.Attr):
        return f"{_dotted(expr.value)}.{expr.name}"
    return expr.id if isinstance(expr, m.Name) else ""


def _texts(path: str, body: tuple[m.Stmt, ...]) -> Iterator[WorkerClass]:
    """Yield the texts that name a worker class where gunicorn is told of it."""
    pending: list[object] = [body]
    found: dict[Span, str] = {}
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            for value in _told(node):
                found.update({Span(one.start, one.end): str(one.value) for one in _constants(value)})
            pending.extend(children(node.__class__)(node))
    for span in sorted(found, key=lambda one: one.start):
        yield WorkerClass(Location(path, span), found[span])


def _told(node: m.Node) -> Iterator[m.Expr]:
    """Yield the values of a setting `worker_class` in a statement, a call or a dict, or after `-k` in a list."""
    match node:
        case m.Assign(value=value) if value is not None and any(_is_setting(target) for target in node.targets):
            yield value
        case m.Arg(keyword="worker_class"):
            yield node.value
        case m.Map():
            yield from (value for key, value in node.items if isinstance(key, m.Const) and key.value == _SETTING)
        case m.Seq():
            for option, value in zip(node.items, node.items[1:], strict=False):
                if isinstance(option, m.Const) and option.value in _OPTIONS:
                    yield value
        case _:
            return


def _is_setting(target: m.Expr) -> bool:
    return (isinstance(target, m.Name) and target.id == _SETTING) or (
        isinstance(target, m.Attr) and target.name == _SETTING
    )


def _constants(root: object) -> Iterator[m.Const]:
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Const):
            if isinstance(node.value, str) and node.value in DEPRECATED_WORKERS:
                yield node
        elif isinstance(node, m.Node):
            pending.extend(children(node.__class__)(node))
