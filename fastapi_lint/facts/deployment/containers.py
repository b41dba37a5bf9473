"""Images and the processes started in them: what Dockerfiles, compose files and Kubernetes manifests have in common."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.image import Process, Stage, likely_context, read_stages, stage_named
from fastapi_lint.facts.deployment.moods import PRODUCTION_STAGES, is_development_name, is_development_path
from fastapi_lint.facts.deployment.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class Images:
    """The images that a project builds, each Dockerfile read once for every way of building it."""

    def __init__(self, project: Project) -> None:
        """Start with nothing read."""
        self._project = project
        self._stages: dict[Build, tuple[Stage, ...]] = {}

    def own_build(self, path: str) -> Build | None:
        """Return how a Dockerfile is most likely built on its own, None where it cannot be read."""
        text = self._project.text(path)
        if text is None:
            return None
        return Build(path, likely_context(text, posixpath.dirname(path), self._project))

    def stages(self, build: Build) -> tuple[Stage, ...]:
        """Return all stages of a build's Dockerfile, none where it cannot be read."""
        key = replace(build, target=None)
        if key not in self._stages:
            text = self._project.text(build.dockerfile)
            read = () if text is None else read_stages(text, build.context, self._project, dict(build.arguments))
            self._stages[key] = read
        return self._stages[key]

    def stage(self, build: Build) -> Stage | None:
        """Return the stage that a build ends with, None where the Dockerfile has none such."""
        return stage_named(self.stages(build), build.target)


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
    paths: Sequence[str], images: Images, launcher: Launcher
) -> Mapping[Build, tuple[Deployment, ...]]:
    """Return what each Dockerfile starts when it is built on its own.

    Only the last stage starts something. Where that is a development stage or starts no server, a stage whose name says
    that it is what production runs is taken too, because such stages are built by name.
    """
    found: dict[Build, tuple[Deployment, ...]] = {}
    for path in paths:
        launcher.begin()
        build = images.own_build(path)
        if build is None:
            continue
        stages = images.stages(build)
        found[build] = _started(stages[-1:], build, launcher)
        if all(deployment.is_development for deployment in found[build]):
            named = tuple(stage for stage in stages[:-1] if stage.name in PRODUCTION_STAGES and stage.sets_command)
            found[build] = tuple(dict.fromkeys((*found[build], *_started(named, build, launcher))))
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
