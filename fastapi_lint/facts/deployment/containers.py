"""Images and the processes started in them: what Dockerfiles, compose files and Kubernetes manifests have in common."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.image import Process, Stage, likely_context, read_stages, stage_named
from fastapi_lint.facts.deployment.moods import PRODUCTION_STAGES, is_development_name, is_development_path
from fastapi_lint.facts.deployment.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.facts.deployment.launch import Launcher
    from fastapi_lint.facts.deployment.model import Deployment
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.text import Text


@dataclass(frozen=True, slots=True)
class Build:
    """How an image is built: the Dockerfile, the folder copied from, the stage (None for the last), build arguments."""

    dockerfile: str
    context: str
    target: str | None = None
    arguments: tuple[tuple[str, Text], ...] = ()


def is_dockerfile(path: str) -> bool:
    """Return whether a file's name says that it is a Dockerfile."""
    name = posixpath.basename(path).lower()
    if name.endswith((".dockerignore", ".md", ".sh", ".py", ".yml", ".yaml", ".json", ".j2", ".bak", ".orig")):
        return False
    return name in {"dockerfile", "containerfile"} or name.startswith("dockerfile.") or name.endswith(".dockerfile")


def build_of(path: str, project: Project) -> Build | None:
    """Return how a Dockerfile is most likely built on its own, None where it cannot be read."""
    text = project.text(path)
    if text is None:
        return None
    return Build(path, likely_context(text, posixpath.dirname(path), project))


def built_stage(build: Build, project: Project) -> Stage | None:
    """Return the stage that a build ends with, None where the Dockerfile has none such."""
    text = project.text(build.dockerfile)
    if text is None:
        return None
    return stage_named(read_stages(text, build.context, project, dict(build.arguments)), build.target)


def image_scene(stage: Stage, build: Build) -> Scene:
    """Return the scene of a process in an image of the project."""
    is_development = is_development_path(build.dockerfile) or is_development_name(stage.name)
    return Scene(
        home=build.context,
        directory=stage.directory,
        variables=stage.variables,
        places=stage.places,
        written=stage.written,
        is_development=is_development,
        is_prepared=stage.is_prepared,
    )


def start_process(process: Process, scene: Scene, launcher: Launcher) -> None:
    """Follow a process to its deployments."""
    if process.script is not None:
        launcher.shell(process.script, scene)
    else:
        launcher.start(process.words, scene)


def read_dockerfiles(
    paths: tuple[str, ...], project: Project, launcher: Launcher
) -> Mapping[Build, tuple[Deployment, ...]]:
    """Return what each Dockerfile starts when it is built on its own.

    Only the last stage starts something. Where that is a development stage or starts no server, a stage whose name says
    that it is what production runs is taken too, because such stages are built by name.
    """
    found: dict[Build, tuple[Deployment, ...]] = {}
    for path in paths:
        launcher.begin()
        build = build_of(path, project)
        text = project.text(path) if build is not None else None
        if build is None or text is None:
            continue
        stages = read_stages(text, build.context, project)
        last = stages[-1:]
        found[build] = _started(last, build, launcher)
        if all(deployment.is_development for deployment in found[build]):
            named = tuple(s for s in stages[:-1] if s.name in PRODUCTION_STAGES and s.sets_command)
            more = _started(named, build, launcher)
            found[build] = tuple(dict.fromkeys((*found[build], *more)))
    return found


def _started(stages: tuple[Stage, ...], build: Build, launcher: Launcher) -> tuple[Deployment, ...]:
    for stage in stages:
        process = stage.process
        if process is not None:
            start_process(process, image_scene(stage, build), launcher)
    return launcher.taken()


def overridden(stage: Stage, scene: Scene, variables: Mapping[str, Text]) -> Scene:
    """Return an image's scene with the environment that a service or a manifest adds."""
    return replace(scene, variables={**stage.variables, **variables})
