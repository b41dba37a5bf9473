"""What importing an application's modules already does outside of the process: queries, migrations, downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge import import_work as known
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.creation import module_level, statement_at
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.nodes import nodes_of
from fastapi_lint.lifecycle.places import bodies
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.values import (
    External,
    FunctionValue,
    Instance,
    Member,
    ModuleValue,
    Sequence,
    Site,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Value

_BROAD: Final = frozenset({"Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Work:
    """One statement of a module that reaches out when the module is imported."""

    statement: Site
    call: Site
    what: str
    """What it does, as a verb with its object: `creates tables`."""
    callee: str
    """The call as people know it: `alembic.command.upgrade`."""
    is_certain: bool
    is_caught: bool = False
    """Whether somebody catches every exception on the way, so that the import goes on."""


@asked_once
def import_work(app: App) -> tuple[Work, ...]:
    """Return what importing the application's modules does outside of the process, one for each statement."""
    found: dict[Site, Work] = {}
    statements: dict[Site, m.Stmt] = {}
    scripts = _scripts(app)
    for activation, effect in effects_of([app.imports]):
        if not isinstance(effect, ExternalCall):
            continue
        what = _work_of(effect)
        place = module_level(activation, effect.site) if what else None
        if place is None or place[1].path in scripts:
            continue
        statement = statement_at(place[0].facts.body, place[1])
        start, end = getattr(statement, "start", -1), getattr(statement, "end", -1)
        if statement is None or start < 0:
            continue
        site = Site(place[1].path, start, end)
        statements[site] = statement
        is_caught = _is_caught(activation, effect.site)
        work = Work(site, effect.site, what, _callee(effect), not effect.conditions, is_caught)
        if site not in found or (work.is_certain and not found[site].is_certain):
            found[site] = work
    return tuple(found[site] for site in sorted(found) if site not in _opened(statements, found))


def _opened(statements: Mapping[Site, m.Stmt], found: Collection[Site]) -> frozenset[Site]:
    """Return the `with` statements that only open what is worked with inside."""
    return frozenset(
        site
        for site, statement in statements.items()
        if isinstance(statement, m.With)
        and any(other.path == site.path and statement_at(statement.body, other) is not None for other in found)
    )


def _is_caught(activation: Activation, site: Site) -> bool:
    """Return whether the exceptions of a call are caught in the function that makes it, or on the way there."""
    current: Activation | None = activation
    while current is not None:
        subject = current.subject
        body: tuple[m.Stmt, ...] = ()
        if isinstance(subject, ModuleValue):
            body = subject.facts.body
        elif isinstance(subject, FunctionValue) and isinstance(subject.definition, m.Function):
            body = subject.definition.body
        if _is_tried(body, site):
            return True
        if isinstance(subject, ModuleValue):
            return False
        site, current = current.site, current.caller
    return False


def _is_tried(body: tuple[m.Stmt, ...], site: Site) -> bool:
    for statement in body:
        inner = next((one for one in bodies(statement) if statement_at(one, site) is not None), None)
        if inner is not None:
            is_try = isinstance(statement, m.Try) and inner is statement.body
            return (is_try and _catches_all(statement)) or _is_tried(inner, site)  # type: ignore[arg-type]
    return False


def _catches_all(statement: m.Try) -> bool:
    """Return whether a `try` ends every exception: what it catches, and no way to raise anew."""
    for handler in statement.handlers:
        if isinstance(handler.type, m.Name | None) and (handler.type is None or handler.type.id in _BROAD):
            return not any(isinstance(node, m.Raise) for node in nodes_of(handler.body))
    return False


def _scripts(app: App) -> set[str]:
    """Return the files that are run themselves to serve the application: their statements are no import's."""
    runs = {one.deployment.path_target for one in app.served if one.deployment.server in {"python", "uvicorn"}}
    others = [one for one in app.served if one.deployment.path_target is None]
    return {path for path in runs if path} if not others else set()


def _work_of(effect: ExternalCall) -> str:
    """Return what a call does outside of the process, empty where that is nothing or not known."""
    name = effect.name
    if name.startswith(known.ASYNCHRONOUS) and not effect.is_awaited:
        return ""
    last = name.rpartition(".")[2]
    if last in known.SCHEMA:
        return "" if _is_in_memory(effect) or not _is_schema(name) else "creates tables"
    if last == "run_sync" and any(_is_schema_method(value) for value in effect.arguments.values()):
        return "creates tables" if effect.is_awaited else ""
    if name.startswith("django.") and text_of(effect.arguments.get(0, "command_name")) in known.OFFLINE_COMMANDS:
        return ""
    if name in known.WORK:
        return known.WORK[name]
    for beginnings, methods, what in known.METHODS:
        if (last in methods and name.startswith(beginnings)) and not _is_in_memory(effect):
            return what
    return _migration_in_shell(effect)


def _is_schema(name: str) -> bool:
    owner = name.rpartition(".")[0]
    return owner.endswith((".metadata", "MetaData")) or owner == "metadata"


def _is_schema_method(value: Value) -> bool:
    name = value.name if isinstance(value, Member | External) else ""
    return name.rpartition(".")[2] in known.SCHEMA


def _is_in_memory(effect: ExternalCall) -> bool:
    """Return whether a database that is only in memory is meant."""
    engines: list[Value | None] = [effect.arguments.get(0, "bind"), effect.receiver]
    while engines:
        engine = engines.pop()
        if isinstance(engine, Member):
            engines.append(engine.receiver)
        if isinstance(engine, Instance):
            text = text_of(engine.arguments.get(0, "url"))
            if text is not None and (":memory:" in text or text in {"sqlite://", "sqlite+aiosqlite://"}):
                return True
            engines += [engine.receiver, engine.arguments.get(0, "bind")]
    return False


def _migration_in_shell(effect: ExternalCall) -> str:
    if not effect.name.startswith(("subprocess.", "os.system")):
        return ""
    given = effect.arguments.get(0, "args")
    words = [text_of(item) for item in given.items] if isinstance(given, Sequence) else [text_of(given)]
    line = " ".join(word for word in words if word)
    is_migration = any(
        word in line for word in ("alembic upgrade", "prisma migrate", "prisma db push", "aerich upgrade")
    )
    return "migrates the database" if is_migration else ""


def _callee(effect: ExternalCall) -> str:
    parts = [part for part in effect.name.split(".") if part and part != "__call__"]
    return ".".join(parts[-2:])
