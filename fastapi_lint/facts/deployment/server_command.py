"""A server's command line with everything else that it takes options from: variables, files, its configuration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts.deployment.dotenv import read_variables
from fastapi_lint.facts.deployment.evidence import Notes, keep_labels
from fastapi_lint.facts.deployment.expand import SPLIT, Scope, fields
from fastapi_lint.facts.deployment.flags import Arguments, read_arguments
from fastapi_lint.facts.deployment.gunicorn_config import Setting, read_settings
from fastapi_lint.facts.deployment.locate import find_file, module_file
from fastapi_lint.facts.deployment.text import Piece, Text
from fastapi_lint.knowledge.servers import GRANIAN, GUNICORN, GUNICORN_DEFAULT_CONFIG, UVICORN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.facts.deployment.scene import Scene
    from fastapi_lint.knowledge.servers import Server

_TRUE = frozenset({"1", "true", "yes", "on", "t", "y"})


@dataclass(frozen=True, slots=True)
class ServerCommand:
    """A server's command with everything that bears on it; `notes` collects the places that decided something."""

    server: Server
    arguments: Arguments
    fallback: Arguments
    settings: Mapping[str, Setting]
    scene: Scene
    notes: Notes

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
        keep_labels(text, self.notes)
        for piece in text.pieces:
            if piece.label:
                self.notes.append((Location(piece.path, Span(piece.start, piece.end)), piece.label))

    def setting_text(self, name: str) -> Text | None:
        """Return a text setting of the configuration file as a text at the place where it stands."""
        setting = self.settings.get(name)
        if setting is None or setting.value.text is None:
            return None
        place = setting.location
        value = setting.value.text.encode().decode("latin-1")
        label = f"the configuration sets `{name}` here"
        return Text((Piece(value, place.path, place.span.start, place.span.end, label),))

    def setting_flag(self, name: str) -> Location | None:
        """Return where the configuration file turns a setting on, None where it does not."""
        setting = self.settings.get(name)
        if setting is None:
            return None
        amount = setting.value.amount
        is_on = setting.value.text == "True" or (amount is not None and amount.is_exact and amount.value > 0)
        return setting.location if is_on else None


def read_command(server: Server, words: Sequence[Text], scene: Scene, project: Project) -> ServerCommand:
    """Return what the words after the program's name and the surroundings say to a server."""
    arguments = read_arguments(words, server)
    fallback = Arguments()
    settings: Mapping[str, Setting] = {}
    notes: Notes = []
    if server.name == GUNICORN:
        fallback = _command_arguments(server, scene)
        settings = _gunicorn_settings(arguments, fallback, scene, project, notes)
    scene = _with_env_file(arguments, server, scene, project)
    return ServerCommand(server, arguments, fallback, settings, scene, notes)


def _command_arguments(server: Server, scene: Scene) -> Arguments:
    text = scene.variables.get("GUNICORN_CMD_ARGS")
    if text is None:
        return Arguments()
    return read_arguments(fields(text, SPLIT, Scope({})), server)


def _gunicorn_settings(
    arguments: Arguments, fallback: Arguments, scene: Scene, project: Project, notes: Notes
) -> Mapping[str, Setting]:
    """Return the settings of the configuration file that gunicorn would read."""
    named = arguments.values.get("config") or fallback.values.get("config")
    if named is not None and not named.is_known:
        return {}
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
        return {}
    settings = read_settings(data, found, scene.variables)
    if isinstance(settings, int):
        project.report(found, settings, "is not valid Python, so gunicorn cannot read it")
        return {}
    if named is not None:
        keep_labels(named, notes)
    return settings


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
