"""All deployment files of a project read together: which there are, what each starts, and what they say of each other.

A Dockerfile says what an image starts; a compose service or a manifest that uses the image adds environment, replicas
and perhaps another command, and then speaks in the Dockerfile's place. A compose service that reloads, or whose file or
target is for development, speaks for itself alone: the image's own command still counts.

Names decide which files are opened; of other YAML and .conf files only those that hold the words of a manifest or of a
supervisor program are parsed. Documentation, vendored code and continuous integration deploy nothing.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.containers import (
    Build,
    Images,
    image_scene,
    is_dockerfile,
    overridden,
    read_dockerfiles,
    start_process,
)
from fastapi_lint.facts.deployment.counting import ONE
from fastapi_lint.facts.deployment.databases import read_databases
from fastapi_lint.facts.deployment.entrypoint import fastapi_entrypoint
from fastapi_lint.facts.deployment.image import Process, started
from fastapi_lint.facts.deployment.launch import Launcher
from fastapi_lint.facts.deployment.model import Deployment, DeploymentFacts
from fastapi_lint.facts.deployment.places import Places, resolved
from fastapi_lint.facts.deployment.project import MAX_BYTES, Project
from fastapi_lint.facts.deployment.scene import Scene
from fastapi_lint.facts.deployment.units import read_procfile, read_supervisor, read_systemd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fastapi_lint.facts.deployment.kubernetes import Container
    from fastapi_lint.facts.deployment.service import Service

__all__ = ["fastapi_entrypoint", "read_deployments"]

_SKIPPED = frozenset(
    {
        "docs",
        "doc",
        "docs_src",
        "node_modules",
        "vendor",
        "site-packages",
        ".git",
        ".github",
        ".gitlab",
        ".venv",
        "venv",
        ".tox",
    }
)
_COMPOSE = re.compile(r"compose", re.IGNORECASE)


def read_deployments(files: Sequence[str], read: Callable[[str], bytes]) -> DeploymentFacts:
    """Return all that the deployment files among `files` say, sorted.

    `files` are all project-relative POSIX paths; `read` gives a file's bytes and may raise OSError, which becomes a
    problem of that file. Nothing else is raised, whatever the files hold.
    """
    project = Project(files, read)
    launcher = Launcher(project)
    candidates = tuple(path for path in project.files if not _SKIPPED.intersection(path.split("/")[:-1]))
    found: list[Deployment] = []
    images = Images(project)
    alone = read_dockerfiles([path for path in candidates if is_dockerfile(path)], images, launcher)
    services = _services(candidates, project)
    by_service = [(service, _serve_service(service, services, images, launcher)) for service in services]
    for _, deployments in by_service:
        found.extend(deployments)
    replaced = {_dockerfile_of(service, services) for service, deployments in by_service if _replaces(deployments)}
    containers = _containers(candidates, project)
    for container in containers:
        build = _build_of(container, services, alone, project)
        deployments = _serve_container(container, build, images, launcher)
        found.extend(deployments)
        if build is not None and _replaces(deployments):
            replaced.add(build.dockerfile)
    for build, deployments in alone.items():
        if build.dockerfile not in replaced:
            found.extend(deployments)
    _read_units(candidates, project, launcher)
    found.extend(launcher.taken())
    databases = read_databases(services, containers, project)
    return DeploymentFacts(_distinct(found), project.problems, databases)


def is_deployment(path: str) -> bool:
    """Return whether a file's name alone says that it deploys something."""
    if not _SKIPPED.isdisjoint(path.split("/")[:-1]):
        return False
    from fastapi_lint.facts.deployment.compose import is_compose  # noqa: PLC0415  # few projects have such a path

    return is_dockerfile(path) or is_compose(path) or posixpath.basename(path) == "Procfile"


def _read_units(candidates: Iterable[str], project: Project, launcher: Launcher) -> None:
    for path in candidates:
        name = posixpath.basename(path)
        if name == "Procfile" or name.startswith("Procfile."):
            text = project.text(path)
            if text is not None:
                read_procfile(path, text, launcher)
        elif name.endswith(".service"):
            text = project.text(path)
            if text is not None:
                read_systemd(path, text, project, launcher)
        elif name.endswith((".conf", ".ini")) and _holds(path, project, b"[program:"):
            text = project.text(path)
            if text is not None:
                read_supervisor(path, text, project, launcher)


def _holds(path: str, project: Project, word: bytes) -> bool:
    """Return whether a file that may be anything holds a word; what cannot be read is no problem here."""
    data = project.peek(path)
    return data is not None and len(data) <= MAX_BYTES and word in data


def _services(candidates: Sequence[str], project: Project) -> tuple[Service, ...]:
    named = [path for path in candidates if _COMPOSE.search(posixpath.basename(path))]
    if not named:
        return ()
    from fastapi_lint.facts.deployment.compose import is_compose, read_services  # noqa: PLC0415

    return read_services([path for path in named if is_compose(path)], project)


def _containers(candidates: Sequence[str], project: Project) -> tuple[Container, ...]:
    from fastapi_lint.facts.deployment.kubernetes import may_be_manifest, read_containers  # noqa: PLC0415

    manifests = []
    for path in candidates:
        if path.endswith((".yaml", ".yml")) and not _COMPOSE.search(posixpath.basename(path)):
            data = project.peek(path)
            if data is not None and may_be_manifest(data):
                manifests.append(path)
    return read_containers(manifests, project) if manifests else ()


def _serve_service(
    service: Service, services: Sequence[Service], images: Images, launcher: Launcher
) -> tuple[Deployment, ...]:
    """Return what a compose service starts."""
    launcher.begin()
    build = service.build or _build_of_image(service.image, services)
    stage = images.stage(build) if build is not None else None
    if build is None or stage is None:
        scene = Scene(
            home=posixpath.dirname(service.path), places=Places(), variables=service.variables, is_foreign=True
        )
        process = started(service.entrypoint, service.command)
    else:
        scene = overridden(stage, image_scene(stage, build), service.variables)
        # a service's entrypoint makes the image's CMD void
        command = service.command or (stage.command if service.entrypoint is None else None)
        process = started(service.entrypoint or stage.entrypoint, command, stage.shell)
    if process is None:
        return ()
    scene = replace(
        scene,
        places=scene.places.with_more(service.placements),
        directory=resolved(scene.directory, service.directory) if service.directory else scene.directory,
        replicas=service.replicas or ONE,
        related=service.related,
        is_development=service.is_development,
    )
    start_process(process, scene, launcher)
    return launcher.taken()


def _serve_container(
    container: Container, build: Build | None, images: Images, launcher: Launcher
) -> tuple[Deployment, ...]:
    """Return what a container of a manifest starts: `command` stands for ENTRYPOINT, `args` for CMD."""
    launcher.begin()
    stage = images.stage(build) if build is not None else None
    entrypoint = Process(container.command) if container.command else None
    command = Process(container.arguments) if container.arguments else None
    if build is None or stage is None:
        scene = Scene(
            home=posixpath.dirname(container.path), places=Places(), variables=container.variables, is_foreign=True
        )
        process = entrypoint and started(entrypoint, command)
    else:
        scene = overridden(stage, image_scene(stage, build), container.variables)
        if entrypoint is None:
            process = started(stage.entrypoint, command or stage.command, stage.shell)
        else:
            process = started(entrypoint, command)
    if process is None:
        return ()
    directory = resolved(scene.directory, container.directory) if container.directory else scene.directory
    scene = replace(
        scene, directory=directory, replicas=container.replicas, is_development=container.is_development
    ).noting(container.replicas.location, "the number of replicas is set here")
    if not container.command and not container.arguments:
        scene = scene.noting(container.location, "runs this image")
    start_process(process, scene, launcher)
    return launcher.taken()


def _build_of(
    container: Container, services: Sequence[Service], alone: Mapping[Build, tuple[Deployment, ...]], project: Project
) -> Build | None:
    """Return the build of a container's image: a compose service's of that name, or the project's only server image."""
    from fastapi_lint.facts.deployment.kubernetes import may_be_own  # noqa: PLC0415

    build = _build_of_image(container.image, services)
    if build is not None:
        return build
    serving = [build for build, found in alone.items() if any(not deployment.is_development for deployment in found)]
    if len(serving) != 1:
        return None
    folder = posixpath.basename(posixpath.dirname(serving[0].dockerfile)).lower()
    names = frozenset(re.findall(r"[a-z0-9]{3,}", folder)) | project.names()
    return serving[0] if may_be_own(container.image, names) else None


def _build_of_image(image: str | None, services: Sequence[Service]) -> Build | None:
    """Return how a compose service builds an image of the same name; tags do not matter."""
    if image is None:
        return None
    name = _untagged(image)
    for service in services:
        if service.build is not None and service.image is not None and _untagged(service.image) == name:
            return service.build
    return None


def _untagged(image: str) -> str:
    head, slash, last = image.partition("@")[0].rpartition("/")
    return head + slash + last.partition(":")[0]


def _dockerfile_of(service: Service, services: Sequence[Service]) -> str:
    build = service.build or _build_of_image(service.image, services)
    return build.dockerfile if build is not None else ""


def _replaces(deployments: Sequence[Deployment]) -> bool:
    """Return whether deployments speak in the place of their image's own command."""
    return any(not found.is_development and found.reload is None for found in deployments)


def _distinct(found: Iterable[Deployment]) -> tuple[Deployment, ...]:
    """Return deployments sorted; of several that differ in nothing but environment and notes, the first."""
    kept: dict[Deployment, Deployment] = {}
    # what runs in production also runs so in development
    for deployment in sorted(found, key=lambda deployment: deployment.is_development):
        kept.setdefault(replace(deployment, environment=(), related=(), is_development=False), deployment)
    return tuple(sorted(kept.values(), key=_order))


def _order(found: Deployment) -> tuple[object, ...]:
    counts = (found.workers.value, found.workers.kind.value, found.replicas.value, found.replicas.kind.value)
    return (
        found.location,
        found.server,
        found.target or "",
        found.path_target or "",
        found.directory,
        counts,
        repr(found),
    )
