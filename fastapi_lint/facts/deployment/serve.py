"""A server's command line and surroundings turned into a Deployment.

Where a number of workers is said more than once, the server's own precedence decides: for uvicorn the option, then
UVICORN_WORKERS, then WEB_CONCURRENCY; for gunicorn the command line, then GUNICORN_CMD_ARGS, then the configuration
file, then WEB_CONCURRENCY (the tables in `knowledge.servers` name the sources). Words that nobody knows
(`$EXTRA_ARGS`) may hold `--workers`, so the number is unknown then, unless an option gives it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts.deployment.counting import ONE, Amount, count_of
from fastapi_lint.facts.deployment.dotenv import read_variables
from fastapi_lint.facts.deployment.expand import SPLIT, Scope, fields
from fastapi_lint.facts.deployment.flags import Arguments, read_arguments
from fastapi_lint.facts.deployment.gunicorn_config import Setting, read_settings
from fastapi_lint.facts.deployment.locate import (
    directory_for,
    find_file,
    find_folders,
    knows_module,
    module_file,
    working_folders,
)
from fastapi_lint.facts.deployment.model import Count, CountKind, Deployment
from fastapi_lint.facts.deployment.places import resolved
from fastapi_lint.facts.deployment.text import Text
from fastapi_lint.knowledge.servers import (
    FASTAPI,
    GRANIAN,
    GUNICORN,
    GUNICORN_DEFAULT_CONFIG,
    HYPERCORN,
    PYTHON,
    UVICORN,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Related, Scene
    from fastapi_lint.knowledge.servers import Server

    Entrypoint = Callable[[str], tuple[Text, str] | None]

_TRUE = frozenset({"1", "true", "yes", "on", "t", "y"})
_CALL = re.compile(r"([^:()]+:[A-Za-z_]\w*)\(.*\)$", re.DOTALL)
_TARGET = re.compile(r"[^:\s]+(:[^:\s]+)?$")


@dataclass(frozen=True, slots=True)
class _Command:
    """A server's command with everything that bears on it; `notes` collects the places that decided something."""

    server: Server
    arguments: Arguments
    fallback: Arguments
    settings: Mapping[str, Setting]
    scene: Scene
    notes: list[tuple[Location, str]]

    def value(self, meaning: str) -> Text | None:
        """Return an option's text: from the command line, else from the environment."""
        text = self.arguments.values.get(meaning)
        if text is None:
            text = self.fallback.values.get(meaning)
        if text is None and self.server.prefix:
            text = self.scene.variables.get(self.server.prefix + meaning.upper())
        if text is not None:
            self.note(text)
        return text

    def flag(self, meaning: str) -> Text | None:
        """Return the text that turns a flag on, None where it is off."""
        for arguments in (self.arguments, self.fallback):
            if "no_" + meaning in arguments.flags:
                return None
            if meaning in arguments.flags:
                return arguments.flags[meaning]
        text = self.scene.variables.get(self.server.prefix + meaning.upper()) if self.server.prefix else None
        if text is not None and text.value.lower() in _TRUE:
            self.note(text)
            return text
        return None

    def note(self, text: Text) -> None:
        """Keep the places that a text comes from."""
        for piece in text.pieces:
            if piece.label:
                self.notes.append((Location(piece.path, Span(piece.start, piece.end)), piece.label))


def served(
    server: Server, words: Sequence[Text], program: Text, scene: Scene, project: Project, entrypoint: Entrypoint
) -> Deployment | None:
    """Return the deployment that a server's command line (without the program's name) makes, None where it makes none.

    `entrypoint` gives the target that the pyproject.toml of a folder names for `fastapi run`, and a note on it.
    """
    arguments = read_arguments(words, server)
    if "version" in arguments.flags or "paste" in arguments.values:
        return None
    fallback, settings = Arguments(), dict[str, Setting]()
    notes: list[tuple[Location, str]] = []
    if server.name == GUNICORN:
        fallback = _command_arguments(server, scene)
        settings, scene = _gunicorn_settings(arguments, fallback, scene, project, notes)
    scene = _with_env_file(arguments, server, scene, project)
    command = _Command(server, arguments, fallback, settings, scene, notes)
    found = _fastapi(command, project, entrypoint) if server.name == FASTAPI else _by_target(command, project)
    if found is None:
        return None
    return _completed(found, command, [program, *words])


def python_deployment(path: Text, shown: str, scene: Scene, words: Sequence[Text], project: Project) -> Deployment:
    """Return the deployment of a Python file of the project (`shown`) that is run itself, by its path or its module."""
    notes = [(Location(p.path, Span(p.start, p.end)), p.label) for p in path.pieces if p.label]
    location = _extent(words, scene)
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
        related=_related(scene, notes, location),
        environment=_environment(scene),
        is_development=scene.is_development,
    )


def _by_target(command: _Command, project: Project) -> Deployment | None:
    scene, server = command.scene, command.server
    where = command.value("chdir") or _setting_text(command, "chdir")
    if where is not None and where.is_known:
        scene = scene.moved(where.value)
    text = command.arguments.operands[0] if command.arguments.operands else None
    if text is None:
        text = command.value("app") or _setting_text(command, "wsgi_app")
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


def _fastapi(command: _Command, project: Project, entrypoint: Entrypoint) -> Deployment | None:
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
    command: _Command,
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


def _completed(found: Deployment, command: _Command, words: Sequence[Text]) -> Deployment:
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
        reload_at = _setting_flag(command, "reload")
    if reload_at is not None and server.is_single_under_reload:
        ignored = workers if workers.location is not None else None
        workers = ONE
    preload = command.flag("preload")
    location = _extent(words, scene)
    if workers.location is not None and not _lies_in(workers.location, location):
        _note_once(command.notes, workers.location, "the number of workers is said here")
    return replace(
        found,
        workers=workers,
        ignored_workers=ignored,
        reload=reload_at,
        preload=preload.location() if preload is not None else _setting_flag(command, "preload_app"),
        worker_class=_worker_class(command),
        location=location,
        related=_related(scene, command.notes, location),
        environment=_environment(scene),
        is_development=is_development,
    )


def _workers(command: _Command) -> Count:
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


def _setting_count(setting: Setting, command: _Command) -> Count:
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


def _worker_class(command: _Command) -> tuple[str, Location] | None:
    text = command.value("worker_class")
    if text is not None:
        place = text.location()
        return (text.shown, place) if text.is_known and place is not None else None
    setting = command.settings.get("worker_class")
    if setting is None or setting.value.text is None:
        return None
    return setting.value.text, setting.location


def _setting_text(command: _Command, name: str) -> Text | None:
    """Return a text setting of the configuration file as a text at the place where it stands."""
    from fastapi_lint.facts.deployment.text import Piece  # noqa: PLC0415

    setting = command.settings.get(name)
    if setting is None or setting.value.text is None:
        return None
    place = setting.location
    value = setting.value.text.encode().decode("latin-1")
    label = f"the configuration sets `{name}` here"
    return Text((Piece(value, place.path, place.span.start, place.span.end, label),))


def _setting_flag(command: _Command, name: str) -> Location | None:
    setting = command.settings.get(name)
    if setting is None:
        return None
    amount = setting.value.amount
    is_on = setting.value.text == "True" or (amount is not None and amount.is_exact and amount.value > 0)
    return setting.location if is_on else None


def _command_arguments(server: Server, scene: Scene) -> Arguments:
    text = scene.variables.get("GUNICORN_CMD_ARGS")
    if text is None:
        return Arguments()
    return read_arguments(fields(text, SPLIT, Scope({})), server)


def _gunicorn_settings(
    arguments: Arguments, fallback: Arguments, scene: Scene, project: Project, notes: list[tuple[Location, str]]
) -> tuple[dict[str, Setting], Scene]:
    """Return the settings of the configuration file that gunicorn would read, and the scene."""
    named = arguments.values.get("config") or fallback.values.get("config")
    if named is not None and not named.is_known:
        return {}, scene
    path = named.value if named is not None else GUNICORN_DEFAULT_CONFIG
    if path.startswith("python:"):
        found = module_file(path[7:], (), scene, project)
    elif named is None:
        found = _default_config(scene, project)
    else:
        found = find_file(path.removeprefix("file:"), scene, project)
    data = (
        project.bytes_of(found) if found is not None and found.endswith((".py", ".conf", ".cfg", ".config")) else None
    )
    if found is None or data is None:
        return {}, scene
    settings = read_settings(data, found, scene.variables)
    if isinstance(settings, int):
        project.report(found, settings, "is not valid Python, so gunicorn cannot read it")
        return {}, scene
    if named is not None:
        notes.extend((Location(p.path, Span(p.start, p.end)), p.label) for p in named.pieces if p.label)
    return dict(settings), scene


def _default_config(scene: Scene, project: Project) -> str | None:
    """Return the configuration file that lies in the working directory: nowhere else is looked for it."""
    for folder in scene.places.candidates(scene.directory):
        path = f"{folder}/{GUNICORN_DEFAULT_CONFIG}".lstrip("/")
        if project.has(path):
            return path
    return None


def _with_env_file(arguments: Arguments, server: Server, scene: Scene, project: Project) -> Scene:
    """Return the scene with what the server's own option reads from a file; variables that are set already win."""
    named = arguments.values.get("env_file") if server.name in {UVICORN, GRANIAN} else None
    path = find_file(named.value, scene, project) if named is not None and named.is_known else None
    text = project.text(path) if path is not None else None
    if text is None:
        return scene
    read = {key: value for key, value in read_variables(text).items() if not key.startswith(server.prefix)}
    return replace(scene, variables={**read, **scene.variables})


def _search_path(command: _Command, scene: Scene, project: Project) -> tuple[str, ...]:
    paths: list[str] = []
    for text in (command.value("app_dir"), command.value("pythonpath") or _setting_text(command, "pythonpath")):
        if text is not None and text.is_known:
            paths.extend(text.value.split(","))
    variable = scene.variables.get("PYTHONPATH")
    if variable is not None:
        # a part that is not known, such as the former value, hides none of the others
        paths.extend(part for part in variable.value.split(":") if part and part.isprintable())
    folders = [folder for path in paths[:20] if path for folder in find_folders(path, scene, project)[:3]]
    return tuple(dict.fromkeys(folders))


def _environment(scene: Scene) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value.shown) for name, value in scene.variables.items() if value.is_known))


def _extent(words: Sequence[Text], scene: Scene) -> Location:
    """Return from where a command starts to where its last own word in the same file ends."""
    start = next((place for place in (word.location() for word in words) if place is not None), None)
    if start is None:
        return Location("", Span(0, 0))
    if scene.extent is not None and _lies_in(start, scene.extent):
        return Location(start.path, Span(start.span.start, scene.extent.span.end))
    end = start.span.end
    for word in words:
        for piece in word.pieces:
            if piece.path == start.path and piece.start >= start.span.start and not piece.label:
                end = max(end, piece.end)
    return Location(start.path, Span(start.span.start, end))


def _lies_in(place: Location, whole: Location) -> bool:
    return place.path == whole.path and whole.span.start <= place.span.start and place.span.end <= whole.span.end


def _note_once(notes: list[tuple[Location, str]], place: Location, message: str) -> None:
    if all(known != place for known, _ in notes):
        notes.append((place, message))


def _related(scene: Scene, notes: Sequence[tuple[Location, str]], location: Location) -> Related:
    kept = dict.fromkeys((*scene.related, *notes))
    return tuple(sorted(note for note in kept if note[0] != location))
