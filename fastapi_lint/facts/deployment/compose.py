"""Compose files: their services, each with what it builds, overrides and adds, and the files that belong together.

A file such as `compose.prod.yml` is laid over the `compose.yml` of its folder where its service has neither `build` nor
`image`, an override file always, because that is how compose is called.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.project import within
from fastapi_lint.facts.deployment.scalars import YamlFile, load_yaml, scalar_at
from fastapi_lint.source.yaml import Pairs, Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.source.yaml import Tree
from fastapi_lint.facts.deployment.service import Service, ServiceReader

_NAME = re.compile(r"(.*[-_.])?(docker-)?compose([-_.].*)?\.ya?ml$")
_BASE = re.compile(r"(docker-)?compose\.ya?ml$")
_SERVICES = 200
_EXTENDS = 8


def is_compose(path: str) -> bool:
    """Return whether a file's name says that it is a compose file."""
    name = posixpath.basename(path).lower()
    return _NAME.match(name) is not None and "template" not in name


def read_services(paths: Sequence[str], project: Project) -> tuple[Service, ...]:
    """Return the services of all compose files, those of a folder's files laid over each other where they belong so."""
    reader = _Reader(project)
    found: list[Service] = []
    for path in paths:
        base = None if _BASE.match(posixpath.basename(path).lower()) else _base_of(path, paths)
        is_override = "override" in posixpath.basename(path).lower()
        below = reader.services(base) if base is not None else {}
        for name, service in reader.services(path).items():
            if name not in below:
                found.append(service)
            elif is_override or (service.build is None and service.image is None):
                if service.says_something:
                    found.append(service.over(below[name]))
            else:
                found.append(service)
    return tuple(found)


def _base_of(path: str, paths: Sequence[str]) -> str | None:
    folder = posixpath.dirname(path)
    same = (other for other in paths if posixpath.dirname(other) == folder)
    return next((other for other in same if _BASE.match(posixpath.basename(other).lower())), None)


class _Reader:
    """Reads each file once and follows `extends`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._files: dict[str, YamlFile | None] = {}
        self._services: dict[str, dict[str, Service]] = {}

    def services(self, path: str) -> dict[str, Service]:
        if path not in self._services:
            self._services[path] = {}
            file = self._file(path)
            tree = file.documents[0] if file is not None and file.documents else None
            services = tree.get("services") if isinstance(tree, Pairs) else None
            if file is not None and isinstance(services, Pairs):
                named = list(services.values)[:_SERVICES]
                self._services[path] = {name: self._service(name, file, services, _EXTENDS) for name in named}
        return self._services[path]

    def _file(self, path: str) -> YamlFile | None:
        if path not in self._files:
            self._files[path] = load_yaml(path, self._project)
        return self._files[path]

    def _service(self, name: str, file: YamlFile, services: Pairs, depth: int) -> Service:
        tree = services.values.get(name)
        if not isinstance(tree, Pairs):
            return Service(name, file.path)
        own = ServiceReader(name, tree, file, self._project).service()
        extends = tree.get("extends")
        if depth and extends is not None:
            below = self._extended(extends, file, services, depth - 1)
            if below is not None:
                return own.over(replace(below, is_development=False))
        return own

    def _extended(self, extends: Tree, file: YamlFile, services: Pairs, depth: int) -> Service | None:
        name = extends if isinstance(extends, Scalar) else scalar_at(extends, "service")
        other = scalar_at(extends, "file")
        if name is None:
            return None
        if other is None:
            return self._service(name.value, file, services, depth) if name.value in services.values else None
        path = within(posixpath.join(posixpath.dirname(file.path), other.value))
        if path is None or not self._project.has(path):
            return None
        found = self._file(path)
        tree = found.documents[0] if found is not None and found.documents else None
        below = tree.get("services") if isinstance(tree, Pairs) else None
        if found is None or not isinstance(below, Pairs) or name.value not in below.values:
            return None
        return self._service(name.value, found, below, depth)
