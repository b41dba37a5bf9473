"""The files and folders of the project that a running system's paths and module names mean."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.places import resolved
from fastapi_lint.facts.deployment.project import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Scene


def find_file(path: str, scene: Scene, project: Project) -> str | None:
    """Return the project file that a path means to a command in a scene, None where none can be told.

    What the files place is tried first, then the folder of the deployment file, then the path's last names, where only
    one file of the project ends in them.
    """
    runtime = resolved(scene.directory, path)
    for candidate in scene.places.candidates(runtime):
        if project.has(candidate):
            return candidate
    for name in (path.lstrip("/"), posixpath.basename(path)):
        beside = within(posixpath.join(scene.home, name))
        if beside is not None and project.has(beside):
            return beside
    return _by_last_names(runtime, scene, project)


def _by_last_names(runtime: str, scene: Scene, project: Project) -> str | None:
    names = runtime.strip("/").split("/")
    fewest = 1 if scene.places.is_host else 2
    for first in range(len(names) - fewest + 1):
        found = project.ending_with("/".join(names[first:]))
        if found:
            return found[0] if len(found) == 1 else None
    return None


def find_folders(path: str, scene: Scene, project: Project) -> tuple[str, ...]:
    """Return the project folders that a path may mean, the likeliest first: several may be copied into one."""
    runtime = resolved(scene.directory, path)
    return tuple(folder for folder in scene.places.candidates(runtime) if project.has_folder(folder))


def working_folders(scene: Scene, project: Project) -> tuple[str, ...]:
    """Return the project folders that the working directory may be, the likeliest first, the deployment file's last."""
    found = [folder for folder in scene.places.candidates(scene.directory) if project.has_folder(folder)]
    return (*found, scene.home)


def directory_for(module: str | None, before: Sequence[str], scene: Scene, project: Project) -> str:
    """Return the project folder that a server runs in, by what holds the module that it serves.

    `before` are folders that come earlier on the import path: a module found there says nothing about the directory.
    """
    folders = working_folders(scene, project)
    if module is None:
        return folders[0]
    for folder in folders:
        if project.module_file(folder, module):
            return folder
    if any(project.module_file(folder, module) for folder in before):
        return folders[0]
    found = next(_holding(module, project), None)
    if found is not None:
        return found
    for folder in folders:
        if project.has_top_level(folder, module):
            return folder
    return folders[0]


def _holding(module: str, project: Project) -> Iterator[str]:
    """Yield the only folder of the project in which a dotted module (or its package's source) lies."""
    stem = module.replace(".", "/")
    found = [*project.ending_with(stem + ".py"), *project.ending_with(stem + "/__init__.py")]
    if len(found) == 1 and "." in module:
        yield found[0][: -len(stem) - (3 if found[0].endswith(stem + ".py") else 12)].rstrip("/")


def module_file(module: str, before: Sequence[str], scene: Scene, project: Project) -> str | None:
    """Return the file that `python -m module` runs, None where the project has none."""
    for name in (module, module + ".__main__"):
        for folder in (*before, *working_folders(scene, project)):
            path = project.module_file(folder, name)
            if path is not None and not (path.endswith("/__init__.py") and name == module):
                return path
        found = project.ending_with(name.replace(".", "/") + ".py")
        if len(found) == 1 and "." in name:
            return found[0]
    return None


def knows_module(module: str, project: Project) -> bool:
    """Return whether a file anywhere in the project may be the module."""
    stem = module.replace(".", "/")
    return bool(project.ending_with(stem + ".py") or project.ending_with(stem + "/__init__.py"))
