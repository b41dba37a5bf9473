"""The databases that deployment files run beside the application: PostgreSQL with its limit, and connection poolers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts.deployment.model import Count, CountKind, Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fastapi_lint.facts.deployment.kubernetes import Container
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.service import Service
    from fastapi_lint.facts.deployment.text import Text

_POSTGRES: Final = re.compile(r"postgres|postgis|timescaledb|pgvector|paradedb")
_POOLER: Final = re.compile(r"pgbouncer|pgcat|odyssey|supavisor|pgpool")
_NO_SERVER: Final = re.compile(r"exporter|backup|admin|client|rest")
_SETTING: Final = re.compile(r"max[_-]connections\s*=\s*(\d{1,6})\Z")
_LINE: Final = re.compile(rb"(?m)^[ \t]*max_connections[ \t]*=[ \t]*(\d{1,6})")
_VARIABLES: Final = ("POSTGRESQL_MAX_CONNECTIONS", "POSTGRES_MAX_CONNECTIONS")


def read_databases(
    services: Iterable[Service], containers: Iterable[Container], project: Project
) -> tuple[Database, ...]:
    """Return the databases and poolers of compose services and manifests, in order, each with its limit if stated."""
    found: list[Database] = []
    for service in services:
        words = service.command.words if service.command is not None else ()
        given = [service.variables[name] for name in _VARIABLES if name in service.variables]
        found += _database(service.image or "", service.name, words, given)
    for container in containers:
        words = (*(container.command or ()), *(container.arguments or ()))
        given = [container.variables[name] for name in _VARIABLES if name in container.variables]
        found += _database(container.image or "", "", words, given)
    if found:
        found += _configured(project)
    return tuple(found)


def _database(image: str, name: str, words: Sequence[Text], given: Sequence[Text]) -> Iterator[Database]:
    last = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    if _POOLER.search(last):
        yield Database("pooler", name)
    elif _POSTGRES.search(last) and not _NO_SERVER.search(last):
        yield Database("postgresql", name, next(_limits(words, given), None))


def _limits(words: Sequence[Text], given: Sequence[Text]) -> Iterator[Count]:
    """Yield the limits that a server's command line or environment states."""
    for before, word in zip((None, *words), words, strict=False):
        match = _SETTING.search(word.value)
        text = match[1] if match else word.value if before is not None and before.value == "-N" else ""
        if text.isdigit():
            yield Count(CountKind.EXACT, int(text), word.location())
    for variable in given:
        if variable.value.isdigit():
            yield Count(CountKind.EXACT, int(variable.value), variable.location())


def _configured(project: Project) -> Iterator[Database]:
    """Yield the limits of the project's own configuration files of PostgreSQL."""
    for path in project.ending_with("postgresql.conf"):
        data = project.peek(path)
        match = _LINE.search(data) if data is not None else None
        if match is not None:
            place = Location(path, Span(match.start(), match.end()))
            yield Database("postgresql", "", Count(CountKind.EXACT, int(match[1]), place))
