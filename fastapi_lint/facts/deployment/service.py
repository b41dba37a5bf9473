"""One service of a compose file: what it builds, overrides, adds and mounts, with the place of each.

`${X:-d}` is what nothing but the caller's environment and the `.env` file could change: X is known only from a `.env`
that an `env_file` names.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.containers import Build
from fastapi_lint.facts.deployment.counting import count_of
from fastapi_lint.facts.deployment.dotenv import read_variables
from fastapi_lint.facts.deployment.expand import COMPOSE, SPLIT, Scope, fields, whole
from fastapi_lint.facts.deployment.image import Process
from fastapi_lint.facts.deployment.model import Count, CountKind
from fastapi_lint.facts.deployment.moods import is_development_name, is_development_path
from fastapi_lint.facts.deployment.places import Placement
from fastapi_lint.facts.deployment.project import within
from fastapi_lint.facts.deployment.scalars import YamlFile, scalar_at
from fastapi_lint.facts.deployment.text import UNKNOWN, Text, marker
from fastapi_lint.source.yaml import Items, Pairs, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.span import Location
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Related
    from fastapi_lint.source.yaml import Tree


@dataclass(frozen=True, slots=True)
class Service:
    """One service as its files say; None is what they do not say."""

    name: str
    path: str
    build: Build | None = None
    image: str | None = None
    command: Process | None = None
    entrypoint: Process | None = None
    directory: str | None = None
    variables: Mapping[str, Text] = field(default_factory=dict)
    placements: tuple[Placement, ...] = ()
    replicas: Count | None = None
    related: Related = ()
    is_development: bool = False

    def over(self, below: Service) -> Service:
        """Return the service that results where this one is laid over another one."""
        return Service(
            name=self.name,
            path=self.path,
            build=self.build or below.build,
            image=self.image or below.image,
            command=self.command or below.command,
            entrypoint=self.entrypoint or below.entrypoint,
            directory=self.directory or below.directory,
            variables={**below.variables, **self.variables},
            placements=(*below.placements, *self.placements),
            replicas=self.replicas or below.replicas,
            related=tuple(dict.fromkeys((*below.related, *self.related))),
            is_development=self.is_development or below.is_development,
        )

    @property
    def says_something(self) -> bool:
        """Return whether it changes anything about what is started."""
        return any((self.build, self.image, self.command, self.entrypoint, self.replicas, self.variables))


class ServiceReader:
    """Reads one service's own keys."""

    def __init__(self, name: str, tree: Pairs, file: YamlFile, project: Project) -> None:
        self._name = name
        self._tree = tree
        self._file = file
        self._project = project
        self._folder = posixpath.dirname(file.path)
        self._related: list[tuple[Location, str]] = []
        self._files = self._env_files()
        self._outside: Mapping[str, Text] = self._files.get(posixpath.join(self._folder, ".env"), {})

    def service(self) -> Service:
        """Return what the service's own keys say."""
        tree = self._tree
        build = self._build(tree.get("build"))
        image = scalar_at(tree, "image")
        directory = scalar_at(tree, "working_dir")
        variables = {name: value for file in self._files.values() for name, value in file.items()}
        variables.update(self._environment(tree.get("environment")))
        where = None if directory is None else self._text(directory)
        replicas = self._replicas(tree)
        return Service(
            name=self._name,
            path=self._file.path,
            build=build,
            image=None if image is None else self._text(image).shown,
            command=self._process(tree.get("command")),
            entrypoint=self._process(tree.get("entrypoint")),
            directory=where.value if where is not None and where.is_known else None,
            variables=variables,
            placements=tuple(self._placements(tree.get("volumes"))),
            replicas=replicas,
            related=tuple(self._related),
            is_development=self._is_development(build),
        )

    def _is_development(self, build: Build | None) -> bool:
        profiles = self._tree.get("profiles")
        names = (
            [item.value for item in profiles.items if isinstance(item, Scalar)] if isinstance(profiles, Items) else []
        )
        target = build.target if build is not None else None
        return (
            is_development_path(self._file.path)
            or is_development_name(self._name)
            or (target is not None and is_development_name(target))
            or any(is_development_name(name) for name in names)
        )

    def _text(self, scalar: Scalar, label: str = "") -> Text:
        return whole(self._file.text(scalar, label), COMPOSE, Scope(self._outside))

    def _env_files(self) -> dict[str, Mapping[str, Text]]:
        """Return the variables of the project's files that `env_file` names, by path."""
        tree = self._tree.get("env_file")
        named = tree.items if isinstance(tree, Items) else (tree,)
        found: dict[str, Mapping[str, Text]] = {}
        for item in named:
            scalar = item if isinstance(item, Scalar) else scalar_at(item, "path")
            path = None if scalar is None else within(posixpath.join(self._folder, scalar.value))
            if scalar is None or path is None or not self._project.has(path):
                continue
            text = self._project.text(path)
            if text is not None:
                found[path] = read_variables(text)
                self._related.append((self._file.location(scalar), f"reads `{posixpath.basename(path)}`"))
        return found

    def _environment(self, tree: Tree | None) -> dict[str, Text]:
        found: dict[str, Text] = {}
        if isinstance(tree, Pairs):
            for name, value in tree.values.items():
                if isinstance(value, Scalar):
                    found[name] = self._variable(name, value)
        elif isinstance(tree, Items):
            for item in tree.items:
                if not isinstance(item, Scalar):
                    continue
                raw = self._file.text(item)
                name, equals, _ = raw.value.partition("=")
                text = whole(raw.cut(len(name) + 1), COMPOSE, Scope(self._outside)) if equals else marker(UNKNOWN, raw)
                found[name] = text.labelled(f"`{name}` is set here")
        return found

    def _variable(self, name: str, value: Scalar) -> Text:
        text = self._text(value)
        if value.is_null:
            text = marker(UNKNOWN, self._file.text(self._name_scalar(name, value)))
        return text.labelled(f"`{name}` is set here")

    def _name_scalar(self, name: str, value: Scalar) -> Scalar:
        environment = self._tree.get("environment")
        return environment.keys[name] if isinstance(environment, Pairs) and name in environment.keys else value

    def _process(self, tree: Tree | None) -> Process | None:
        if isinstance(tree, Scalar):
            words = fields(self._text(tree), SPLIT, Scope({}))
            return Process(words=words) if words else None
        if isinstance(tree, Items):
            listed = tuple(self._text(item) for item in tree.items if isinstance(item, Scalar))
            return Process(words=listed) if listed else None
        return None

    def _replicas(self, tree: Pairs) -> Count | None:
        mode = scalar_at(tree, "deploy", "mode")
        if mode is not None and mode.value == "global":
            return Count(CountKind.AT_LEAST, 1, self._file.location(mode))
        scalar = scalar_at(tree, "deploy", "replicas") or scalar_at(tree, "scale")
        if scalar is None:
            return None
        count = count_of(self._text(scalar))
        place = self._file.location(scalar)
        self._related.append((place, "the number of replicas is set here"))
        return count if count.location is not None else replace(count, location=place)

    def _build(self, tree: Tree | None) -> Build | None:
        context = tree if isinstance(tree, Scalar) else scalar_at(tree, "context")
        if tree is None or (context is None and scalar_at(tree, "dockerfile") is None):
            return None
        where = self._text(context) if context is not None else None
        if where is not None and (not where.is_known or re.match(r"[a-z+]+://|git@|github\.com", where.value)):
            return None
        folder = within(posixpath.join(self._folder, where.value if where is not None else "."))
        dockerfile = scalar_at(tree, "dockerfile")
        name = self._text(dockerfile) if dockerfile is not None else None
        if folder is None or (name is not None and not name.is_known):
            return None
        path = within(posixpath.join(folder, name.value if name is not None else "Dockerfile"))
        if name is None and path is not None and not self._project.has(path):
            path = posixpath.join(folder, "Containerfile")
        if path is None or not self._project.has(path):
            return None
        target = scalar_at(tree, "target")
        stage = self._text(target) if target is not None else None
        arguments = self._environment(tree.get("args") if isinstance(tree, Pairs) else None)
        return Build(
            path, folder, stage.shown if stage is not None else None, tuple(sorted(arguments.items(), key=_first))
        )

    def _placements(self, tree: Tree | None) -> list[Placement]:
        """Return the project's folders that are mounted into the container."""
        found: list[Placement] = []
        for item in tree.items if isinstance(tree, Items) else ():
            if isinstance(item, Scalar):
                source, _, rest = self._text(item).value.partition(":")
                target = rest.partition(":")[0]
            else:
                long_source, long_target = scalar_at(item, "source"), scalar_at(item, "target")
                source = self._text(long_source).value if long_source is not None else ""
                target = self._text(long_target).value if long_target is not None else ""
            folder = within(posixpath.join(self._folder, source)) if source.startswith(".") else None
            if folder is not None and target.startswith("/") and self._project.has_python(folder):
                found.append(Placement(posixpath.normpath(target), folder, -1))
        return found


def _first(pair: tuple[str, Text]) -> str:
    return pair[0]
