"""A server's command line and surroundings turned into a Deployment.

Where a number of workers is said more than once, the server's own precedence decides: for uvicorn the option, then
UVICORN_WORKERS, then WEB_CONCURRENCY; for gunicorn the command line, then GUNICORN_CMD_ARGS, then the configuration
file, then WEB_CONCURRENCY (the tables in `knowledge.servers` name the sources). Words that nobody knows
(`$EXTRA_ARGS`) may hold `--workers`, so the number is unknown then, unless an option gives it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts.deployment.counting import ONE, Amount, count_of
from fastapi_lint.facts.deployment.evidence import (
    Notes,
    environment_of,
    extent_of,
    keep_labels,
    lies_in,
    note_once,
    related_of,
)
from fastapi_lint.facts.deployment.locate import (
    directory_for,
    find_file,
    find_folders,
    knows_module,
    working_folders,
)
from fastapi_lint.facts.deployment.model import Count, CountKind, Deployment
from fastapi_lint.facts.deployment.places import resolved
from fastapi_lint.facts.deployment.server_command import ServerCommand, read_command
from fastapi_lint.knowledge.servers import FASTAPI, GUNICORN, HYPERCORN, PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi_lint.facts.deployment.gunicorn_config import Setting
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Scene
    from fastapi_lint.facts.deployment.text import Text
    from fastapi_lint.knowledge.servers import Server

    Entrypoint = Callable[[str], tuple[Text, str] | None]

_CALL = re.compile(r"([^:()]+:[A-Za-z_]\w*)\(.*\)$", re.DOTALL)
_TARGET = re.compile(r"[^:\s]+(:[^:\s]+)?$")


def served(
    server: Server, words: Sequence[Text], program: Text, scene: Scene, project: Project, entrypoint: Entrypoint
) -> Deployment | None:
    """Return the deployment that a server's command line (without the program's name) makes, None where it makes none.

    `entrypoint` gives the target that the pyproject.toml of a folder names for `fastapi run`, and a note on it.
    """
    command = read_command(server, words, scene, project)
    if "version" in command.arguments.flags or "paste" in command.arguments.values:
        return None
    found = _fastapi(command, project, entrypoint) if server.name == FASTAPI else _by_target(command, project)
    if found is None:
        return None
    return _completed(found, command, [program, *words])


def python_deployment(path: Text, shown: str, scene: Scene, words: Sequence[Text], project: Project) -> Deployment:
    """Return the deployment of a Python file of the project (`shown`) that is run itself, by its path or its module."""
    notes: Notes = []
    keep_labels(path, notes)
    location = extent_of(words, scene)
    module = None if "/" in path.value or path.value.endswith(".py") else path.shown
    return Deployment(
        server=PYTHON,
        target=None,
        path_target=shown,
        factory=False,
        directory=directory_for(module, (), scene, project),
        workers=ONE,
        replicas=scene.replicas,
        location=location,
        related=related_of(scene, notes, location),
        environment=environment_of(scene),
        is_development=scene.is_development,
    )


def _by_target(command: ServerCommand, project: Project) -> Deployment | None:
    scene, server = command.scene, command.server
    where = command.value("chdir") or command.setting_text("chdir")
    if where is not None and where.is_known:
        scene = scene.moved(where.value)
    text = command.arguments.operands[0] if command.arguments.operands else None
    if text is None:
        text = command.value("app") or command.setting_text("wsgi_app")
    if text is None:
        return None
    command.note(text)
    target, factory = _target(text, server)
    if target is not None and (not _TARGET.match(target) or target.startswith("wsgi:")):
        return None
    module = target.partition(":")[0] if target else None
    if scene.is_foreign and module is not None and not knows_module(module, project):
        return None
    before = _search_path(command, scene, project)
    path = _target_file(module, before, scene, project) if module is not None else None
    return _plain(
        command,
        target=target,
        path_target=path,
        factory=factory or command.flag("factory") is not None,
        directory=directory_for(module if path is None else None, before, scene, project),
        search_path=before,
        app_name=(target.partition(":")[2] or server.default_attribute or None) if target and path else None,
    )


def _target_file(module: str, before: Sequence[str], scene: Scene, project: Project) -> str | None:
    """Return the file of a target that is a path, or of a module that the image holds under another name.

    hypercorn and granian take paths (`src/main:app`); `COPY telemetry.py /app/main.py` makes a module of another file.
    """
    if "/" in module or module.endswith(".py"):
        return find_file(module if module.endswith(".py") else module + ".py", scene, project)
    for folder in (*before, *working_folders(scene, project)):
        if project.module_file(folder, module):
            return None
    runtime = resolved(scene.directory, module.replace(".", "/") + ".py")
    return next((path for path in scene.places.candidates(runtime) if project.has(path)), None)


def _target(text: Text, server: Server) -> tuple[str | None, bool]:
    """Return the import string of an operand and whether it is written as a call."""
    if not text.is_known:
        return None, False
    target = text.shown
    if server.name == HYPERCORN and target.startswith("asgi:"):
        return target[5:], False
    call = _CALL.match(target) if server.name == GUNICORN else None
    return (call[1], True) if call else (target, False)


def _fastapi(command: ServerCommand, project: Project, entrypoint: Entrypoint) -> Deployment | None:
    operands, scene = command.arguments.operands, command.scene
    if not operands or operands[0].value not in {"run", "dev"}:
        return None
    before = _search_path(command, scene, project)
    named = command.value("entrypoint")
    app = command.value("app")
    app_name = app.shown if app is not None and app.is_known else None
    if len(operands) > 1:
        path = find_file(operands[1].value, scene, project) if operands[1].is_known else None
        if path is None and operands[1].is_known:
            packages = (folder + "/__init__.py" for folder in find_folders(operands[1].value, scene, project))
            path = next((package for package in packages if project.has(package)), None)
        if operands[1].is_known and path is None and scene.is_foreign:
            return None
        path = path or (operands[1].shown if operands[1].is_known else None)
        return _plain(command, path_target=path, directory=directory_for(None, before, scene, project),
                      search_path=before, app_name=app_name)  # fmt: skip
    directory = directory_for(None, before, scene, project)
    if named is None and app_name is None:
        written = entrypoint(directory)
        named = None if written is None else written[0].labelled(written[1])
    if named is None or not named.is_known:
        return _plain(command, directory=directory, search_path=before, app_name=app_name)
    command.note(named)
    target = named.shown
    directory = directory_for(target.partition(":")[0], before, scene, project)
    return _plain(command, target=target, directory=directory, search_path=before)


def _plain(
    command: ServerCommand,
    *,
    directory: str,
    search_path: tuple[str, ...],
    target: str | None = None,
    path_target: str | None = None,
    factory: bool = False,
    app_name: str | None = None,
) -> Deployment:
    """Return a deployment without the facts that `_completed` adds."""
    return Deployment(
        server=command.server.name,
        target=target,
        path_target=path_target,
        factory=factory,
        directory=directory,
        workers=ONE,
        replicas=command.scene.replicas,
        location=Location("", Span(0, 0)),
        app_name=app_name,
        search_path=search_path,
    )


def _completed(found: Deployment, command: ServerCommand, words: Sequence[Text]) -> Deployment:
    """Return the deployment with its workers, flags, places and notes."""
    scene, server = command.scene, command.server
    workers, ignored = _workers(command), None
    operands = command.arguments.operands
    is_development = scene.is_development
    reload = command.flag("reload")
    if server.name == FASTAPI and operands[0].value == "dev":
        is_development = True
        reload = None if "no_reload" in command.arguments.flags else reload or operands[0]
    reload_at = None if reload is None else reload.location()
    if reload_at is None:
        reload_at = command.setting_flag("reload")
    if reload_at is not None and server.is_single_under_reload:
        ignored = workers if workers.location is not None else None
        workers = ONE
    preload = command.flag("preload")
    location = extent_of(words, scene)
    if workers.location is not None and not lies_in(workers.location, location):
        note_once(command.notes, workers.location, "the number of workers is said here")
    return replace(
        found,
        workers=workers,
        ignored_workers=ignored,
        reload=reload_at,
        preload=preload.location() if preload is not None else command.setting_flag("preload_app"),
        worker_class=_worker_class(command),
        location=location,
        related=related_of(scene, command.notes, location),
        environment=environment_of(scene),
        is_development=is_development,
    )


def _workers(command: ServerCommand) -> Count:
    scene, server = command.scene, command.server
    text = command.arguments.values.get("workers")
    if text is None:
        text = command.fallback.values.get("workers")
    if text is None and command.arguments.is_open:
        return Count(
            CountKind.UNKNOWN, 1, command.arguments.operands[0].location() if command.arguments.operands else None
        )
    setting = command.settings.get("workers")
    if text is None and setting is not None:
        return _setting_count(setting, command)
    for name in server.count_variables:
        if text is None:
            text = scene.variables.get(name)
    if text is None:
        return ONE
    command.note(text)
    count = count_of(text)
    return replace(count, value=max(count.value, 1))


def _setting_count(setting: Setting, command: ServerCommand) -> Count:
    value = setting.value
    if value.is_none:
        return ONE
    place = value.decided or setting.location
    command.notes.append((setting.location, "the configuration sets `workers` here"))
    amount: Amount | None = value.number
    if amount is None or (amount.is_exact and amount.value != int(amount.value)):
        return Count(CountKind.UNKNOWN, 1, place)
    kind = CountKind.EXACT if amount.is_exact else CountKind.AT_LEAST
    return Count(kind, max(int(amount.value), 1), place)


def _worker_class(command: ServerCommand) -> tuple[str, Location] | None:
    text = command.value("worker_class")
    if text is not None:
        place = text.location()
        return (text.shown, place) if text.is_known and place is not None else None
    setting = command.settings.get("worker_class")
    if setting is None or setting.value.text is None:
        return None
    return setting.value.text, setting.location


def _search_path(command: ServerCommand, scene: Scene, project: Project) -> tuple[str, ...]:
    paths: list[str] = []
    for text in (command.value("app_dir"), command.value("pythonpath") or command.setting_text("pythonpath")):
        if text is not None and text.is_known:
            paths.extend(text.value.split(","))
    variable = scene.variables.get("PYTHONPATH")
    if variable is not None:
        # a part that is not known, such as the former value, hides none of the others
        paths.extend(part for part in variable.value.split(":") if part and part.isprintable())
    folders = [folder for path in paths[:20] if path for folder in find_folders(path, scene, project)[:3]]
    return tuple(dict.fromkeys(folders))
