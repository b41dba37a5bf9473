"""What starts on a host: Procfiles, systemd units and supervisor programs.

The project was put somewhere on the machine by hand, so an absolute working directory is matched to the project by
its last names; where none of them is a folder of the project, the directory is taken for the project's root.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.counting import count_of
from fastapi_lint.facts.deployment.dotenv import read_variables
from fastapi_lint.facts.deployment.expand import SHELL, SPLIT, Scope, fields
from fastapi_lint.facts.deployment.locate import find_file
from fastapi_lint.facts.deployment.moods import is_development_path
from fastapi_lint.facts.deployment.places import Placement, Places, resolved
from fastapi_lint.facts.deployment.scene import Scene, folder_scene
from fastapi_lint.facts.deployment.text import UNKNOWN, Text, joined, marker, split_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi_lint.facts.deployment.launch import Launcher
    from fastapi_lint.facts.deployment.project import Project

_PROCESS = re.compile(r"([A-Za-z0-9_-]+)\s*:\s*")
_SECTION = re.compile(r"\s*\[([^\]]+)\]\s*(?:[;#].*)?$")
_SETTING = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=[ \t]*")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")
_INI_COMMENT = re.compile(r"\s;")
_SUPERVISOR_VALUE = re.compile(r"%\((ENV_)?([A-Za-z_]\w*)\)[sd]")
_SUPERVISOR_PAIR = re.compile(r"""\s*([A-Za-z_]\w*)\s*=\s*("[^"]*"|'[^']*'|[^,]*)\s*(?:,|$)""")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Section:
    """One section of an ini-like file: its name and its settings in order."""

    name: str
    settings: tuple[tuple[str, Text], ...]

    def last(self, name: str) -> Text | None:
        """Return the last value of a setting."""
        return next((value for key, value in reversed(self.settings) if key.lower() == name), None)


def read_procfile(path: str, text: Text, launcher: Launcher) -> None:
    """Follow the processes of a Procfile; a shell reads each line."""
    folder = posixpath.dirname(path)
    scene = replace(folder_scene(folder), is_development=is_development_path(path))
    for line in split_lines(text)[:_MOST]:
        match = _PROCESS.match(line.value)
        if match is not None:
            launcher.begin()
            launcher.shell(line.cut(match.end()), scene)


def read_systemd(path: str, text: Text, project: Project, launcher: Launcher) -> None:
    """Follow the ExecStart lines of a unit."""
    for section in _sections(text, _systemd_lines, "#;"):
        if section.name.lower() != "service":
            continue
        scene = _host_scene(path, section.last("workingdirectory"), project)
        scene = _systemd_variables(section, scene, project)
        commands: list[Text] = []
        for name, value in section.settings:
            if name.lower() == "execstart":
                commands = [*commands, value] if value.value.strip() else []
        for command in commands:
            launcher.begin()
            # the signs before the path (-, @, :, +, !) say how it is run, not what
            stripped = command.cut(len(command.value) - len(command.value.lstrip("-@:+! ")))
            words = fields(stripped, SHELL, Scope(scene.variables))
            launcher.start(words, scene)


def _systemd_variables(section: Section, scene: Scene, project: Project) -> Scene:
    variables: dict[str, Text] = {}
    for name, value in section.settings:
        if name.lower() == "environment":
            for word in fields(value, SPLIT, Scope({})):
                match = _ASSIGNMENT.match(word.value)
                if match is not None:
                    variables[match[1]] = word.cut(match.end()).labelled(f"`{match[1]}` is set here")
    for name, value in section.settings:
        if name.lower() != "environmentfile" or not value.is_known:
            continue
        found = find_file(value.value.lstrip("-").strip(), scene, project)
        text = project.text(found) if found is not None else None
        if found is not None and text is not None:
            variables.update(read_variables(text, expands=False))
            scene = scene.noting(value.location(), f"reads `{posixpath.basename(found)}`")
    return scene.with_variables(variables)


def read_supervisor(path: str, text: Text, project: Project, launcher: Launcher) -> None:
    """Follow the programs of a supervisor configuration."""
    sections = tuple(islice(_sections(text, _ini_lines, ";#"), _MOST))
    shared: dict[str, Text] = {}
    for section in sections:
        if section.name.lower() == "supervisord":
            shared = _supervisor_pairs(section.last("environment"))
    for section in sections:
        command = section.last("command")
        if not section.name.lower().startswith("program:") or command is None or _is_off(section):
            continue
        launcher.begin()
        scene = _host_scene(path, section.last("directory"), project)
        scene = scene.with_variables({**shared, **_supervisor_pairs(section.last("environment"))})
        number = section.last("numprocs")
        if number is not None:
            count = count_of(number.strip())
            scene = replace(scene, replicas=count).noting(count.location, "the number of processes is set here")
        launcher.start(fields(_supervisor_value(command, scene), SPLIT, Scope({})), scene)


def _is_off(section: Section) -> bool:
    value = section.last("autostart")
    return value is not None and value.value.strip().lower() in {"false", "no", "off", "0"}


def _supervisor_pairs(text: Text | None) -> dict[str, Text]:
    found: dict[str, Text] = {}
    at = 0
    while text is not None and at < len(text) and len(found) < _MOST:
        match = _SUPERVISOR_PAIR.match(text.value, at)
        if match is None or match.end() == at:
            break
        value = text.cut(*match.span(2)).strip()
        if value.value[:1] in {'"', "'"}:
            value = value.cut(1, len(value) - 1)
        found[match[1]] = value.labelled(f"`{match[1]}` is set here")
        at = match.end()
    return found


def _supervisor_value(text: Text, scene: Scene) -> Text:
    """Return a value with `%(ENV_X)s` expanded."""
    parts: list[Text] = []
    at = 0
    for match in _SUPERVISOR_VALUE.finditer(text.value):
        parts.append(text.cut(at, match.start()))
        known = scene.variables.get(match[2]) if match[1] else None
        parts.append(known if known is not None else marker(UNKNOWN, text.cut(*match.span())))
        at = match.end()
    return joined((*parts, text.cut(at)))


def _host_scene(path: str, directory: Text | None, project: Project) -> Scene:
    """Return the scene of a process on a host whose working directory may be said."""
    folder = posixpath.dirname(path)
    is_development = is_development_path(path)
    where = directory.value.strip().strip("\"'") if directory is not None and directory.is_known else ""
    if not where.startswith("/") or "%" in where:
        home = folder if project.has_python(folder) else ""
        return replace(folder_scene(home), home=folder, is_development=is_development)
    runtime = resolved("/", where)
    names = runtime.strip("/").split("/")
    project_folder = ""
    for first in range(len(names)):
        candidate = "/".join(names[first:])
        if project.has_folder(candidate):
            project_folder = candidate
            break
    root = runtime.removesuffix("/" + project_folder) if project_folder else runtime
    places = Places((Placement(root or "/", "", 0),), is_host=True)
    return Scene(home=folder, directory=runtime, places=places, is_development=is_development)


def _sections(text: Text, lines: Callable[[Text, str], Iterator[Text]], comments: str) -> Iterator[Section]:
    """Yield the sections of an ini-like file; lines that are no settings are passed over."""
    name: str | None = None
    settings: list[tuple[str, Text]] = []
    for line in lines(text, comments):
        header = _SECTION.match(line.value)
        setting = _SETTING.match(line.value)
        if header is not None:
            if name is not None:
                yield Section(name, tuple(settings))
            name, settings = header[1].strip(), []
        elif setting is not None and len(settings) < _MOST:
            settings.append((setting[1], line.cut(setting.end()).strip()))
    if name is not None:
        yield Section(name, tuple(settings))


def _systemd_lines(text: Text, comments: str) -> Iterator[Text]:
    """Yield logical lines: a backslash at the end goes on, comment lines in between are left out (systemd.syntax)."""
    parts: list[Text] = []
    for line in split_lines(text):
        if line.value.lstrip()[:1] in tuple(comments):
            continue
        if line.value.endswith("\\"):
            parts.extend((line.cut(0, len(line) - 1), marker(" ", line.cut(len(line) - 1))))
            continue
        parts.append(line)
        yield joined(parts)
        parts = []
    if parts:
        yield joined(parts)


def _ini_lines(text: Text, comments: str) -> Iterator[Text]:
    """Yield logical lines: an indented line goes on with the one before (configparser); ` ;` starts a comment."""
    parts: list[Text] = []
    for line in split_lines(text):
        if not line.value.strip() or line.value.lstrip()[:1] in tuple(comments):
            continue
        comment = _INI_COMMENT.search(line.value)
        kept = line.cut(0, comment.start()) if comment is not None else line
        if parts and line.value[:1] in {" ", "\t"}:
            parts.extend((marker(" ", kept), kept))
            continue
        if parts:
            yield joined(parts)
        parts = [kept]
    if parts:
        yield joined(parts)
