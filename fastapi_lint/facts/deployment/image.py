"""What an image made by a Dockerfile starts: its stages with environment, folders, copied files, ENTRYPOINT and CMD."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.arrays import read_array
from fastapi_lint.facts.deployment.dockerfile import Dockerfile, Instruction, read_dockerfile
from fastapi_lint.facts.deployment.expand import DOCKER, DOCKER_BACKTICK, Dialect, Scope, whole
from fastapi_lint.facts.deployment.places import Placement, Places, placed, resolved
from fastapi_lint.facts.deployment.prepared import DIRECTORY, START, is_prepared
from fastapi_lint.facts.deployment.project import within
from fastapi_lint.facts.deployment.text import UNKNOWN, Piece, Text, marker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi_lint.facts.deployment.project import Project

_LONGEST = 1024
_STAGES = 100
_WORDS = 300


@dataclass(frozen=True, slots=True)
class Process:
    """A command as an image or a service states it: words (exec form), or one text for a shell."""

    words: tuple[Text, ...] = ()
    script: Text | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What is known of one stage, inherited from the stage that it is made from."""

    name: str = ""
    parent: str = ""
    variables: Mapping[str, Text] = field(default_factory=dict)
    arguments: Mapping[str, Text] = field(default_factory=dict)
    directory: str = "/"
    places: Places = field(default_factory=Places)
    written: Mapping[str, Text] = field(default_factory=dict)
    shell: tuple[Text, ...] = ()
    entrypoint: Process | None = None
    command: Process | None = None
    sets_command: bool = False
    is_prepared: bool = False

    @property
    def process(self) -> Process | None:
        """Return what a container of the stage starts, None where the stage says nothing."""
        return started(self.entrypoint, self.command, self.shell)


def started(entrypoint: Process | None, command: Process | None, shell: Sequence[Text] = ()) -> Process | None:
    """Return the process that ENTRYPOINT and CMD make: a shell-form ENTRYPOINT takes no CMD."""
    if entrypoint is None:
        return command
    if entrypoint.script is not None or command is None:
        return entrypoint
    if command.script is None:
        return Process((*entrypoint.words, *command.words))
    return Process((*entrypoint.words, *(shell or _default_shell(command.script)), command.script))


def _default_shell(at: Text) -> tuple[Text, ...]:
    place = at.pieces[0] if at.pieces else Piece(" ", "", 0, 0)
    return tuple(Text((Piece(word, place.path, place.start, place.start),)) for word in ("/bin/sh", "-c"))


def read_stages(
    text: Text, context: str, project: Project, arguments: Mapping[str, Text] | None = None
) -> tuple[Stage, ...]:
    """Return the stages of a Dockerfile in order; `context` is the project folder that COPY copies from.

    `arguments` are build arguments that win over the defaults of ARG.
    """
    dockerfile = read_dockerfile(text)
    return _Builder(dockerfile, context, project, arguments or {}).stages()


def stage_named(stages: Sequence[Stage], target: str | None) -> Stage | None:
    """Return the stage with a name or number, the last one where None is asked for."""
    if target is None:
        return stages[-1] if stages else None
    for index, stage in enumerate(stages):
        if stage.name == target.lower() or str(index) == target:
            return stage
    return None


def likely_context(text: Text, folder: str, project: Project) -> str:
    """Return the folder that a Dockerfile is most likely built from: its own, or one above that holds more."""
    sources: list[str] = []
    for instruction in read_dockerfile(text).instructions:
        if instruction.name in {"COPY", "ADD"} and not instruction.heredocs:
            sources.extend(s for s in _copied(instruction, DOCKER, Scope({}))[0] if "$" not in s and ":" not in s)
    best, best_score = folder, -1
    at = folder
    for _ in range(12):
        score = sum(_is_there(posixpath.join(at, source.lstrip("/")), project) for source in sources[:50])
        if score > best_score:
            best, best_score = at, score
        if not at:
            break
        at = posixpath.dirname(at)
    return best


def _is_there(path: str, project: Project) -> bool:
    inside = within(path)
    if inside is None:
        return False
    return project.has_python(inside) or (bool(inside) and (project.has(inside) or project.has_folder(inside)))


def _copied(instruction: Instruction, dialect: Dialect, scope: Scope) -> tuple[list[str], str | None, bool]:
    """Return the sources and the destination of a COPY or ADD, and whether it copies from another stage or image."""
    rest = instruction.rest
    words = [whole(word, dialect, scope) for word in rest.fields()]
    is_from_stage = False
    skipped = 0
    for word in words:
        if not word.value.startswith("--"):
            break
        is_from_stage = is_from_stage or word.value.startswith("--from")
        skipped += 1
    raw = rest.fields()[skipped:]
    listed = read_array(rest.cut(rest.value.index(raw[0].value))) if raw and raw[0].value.startswith("[") else None
    paths = [whole(w, dialect, scope) for w in listed] if listed is not None else words[skipped:]
    if len(paths) < 2 or not paths[-1].is_known:
        return [], None, is_from_stage
    return [path.value for path in paths[:-1] if path.is_known], paths[-1].value, is_from_stage


class _Builder:
    """Goes through the instructions of one Dockerfile."""

    def __init__(self, dockerfile: Dockerfile, context: str, project: Project, arguments: Mapping[str, Text]) -> None:
        self._dockerfile = dockerfile
        self._dialect = DOCKER_BACKTICK if dockerfile.escape == "`" else DOCKER
        self._context = context
        self._project = project
        self._given = arguments
        self._globals: dict[str, Text] = {}
        self._stages: list[Stage] = []

    def stages(self) -> tuple[Stage, ...]:
        for instruction in self._dockerfile.instructions:
            if instruction.name == "FROM":
                if len(self._stages) >= _STAGES:
                    break
                self._stages.append(self._from(instruction))
            elif not self._stages:
                if instruction.name == "ARG":
                    self._globals.update(self._arguments(instruction, self._globals))
            else:
                self._stages[-1] = self._after(instruction, self._stages[-1])
        return tuple(self._stages)

    def _from(self, instruction: Instruction) -> Stage:
        words = [whole(word, self._dialect, Scope(self._globals)).value for word in instruction.rest.fields()]
        words = [word for word in words if not word.startswith("--")]
        parent = words[0] if words else ""
        name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""
        found = stage_named(self._stages, parent) if parent else None
        if found is None:
            return (
                _prepared(Stage(name=name, parent=parent), instruction) if is_prepared(parent) else Stage(name, parent)
            )
        # build arguments end with their stage; that CMD was set here matters to a later ENTRYPOINT only within a stage
        return replace(found, name=name, arguments={}, sets_command=False)

    def _after(self, instruction: Instruction, stage: Stage) -> Stage:
        name, scope = instruction.name, Scope({**stage.arguments, **stage.variables})
        if name == "ENV":
            variables = self._pairs(instruction, scope)
            return replace(stage, variables={**stage.variables, **variables})
        if name == "ARG":
            return replace(stage, arguments={**stage.arguments, **self._arguments(instruction, scope.variables)})
        if name == "WORKDIR":
            path = whole(instruction.rest, self._dialect, scope)
            return (
                replace(stage, directory=resolved(stage.directory, path.value))
                if path.is_known and path.value
                else stage
            )
        if name in {"COPY", "ADD"}:
            return self._copy(instruction, scope, stage)
        if name == "SHELL":
            return replace(stage, shell=read_array(instruction.rest) or ())
        if name == "ENTRYPOINT":
            # an ENTRYPOINT resets a CMD that came with the image below (BuildKit, dispatchEntrypoint)
            command = stage.command if stage.sets_command else None
            return replace(stage, entrypoint=self._process(instruction, stage), command=command)
        if name == "CMD":
            return replace(stage, command=self._process(instruction, stage), sets_command=True)
        return stage

    def _process(self, instruction: Instruction, stage: Stage) -> Process | None:
        listed = read_array(instruction.rest)
        if listed is not None:
            return Process(words=listed) if listed else None
        if stage.shell and stage.shell[0].value.rpartition("/")[2] not in {"sh", "bash", "ash", "dash"}:
            return Process(words=(*stage.shell, instruction.rest))
        return Process(script=instruction.rest)

    def _pairs(self, instruction: Instruction, scope: Scope) -> dict[str, Text]:
        """Return the variables of an ENV in either form, expanded with what held before it."""
        rest = instruction.rest
        first = rest.fields()[:1]
        if first and "=" not in first[0].value:
            value = whole(rest.cut(len(first[0])).strip(), self._dialect, scope)
            return {first[0].value: _labelled(first[0].value, value)}
        found: dict[str, Text] = {}
        for word in _raw_words(rest, self._dockerfile.escape):
            name, equals, _ = word.value.partition("=")
            if equals and name:
                found[name] = _labelled(name, whole(word.cut(len(name) + 1), self._dialect, scope))
        return found

    def _arguments(self, instruction: Instruction, known: Mapping[str, Text]) -> dict[str, Text]:
        found: dict[str, Text] = {}
        for word in _raw_words(instruction.rest, self._dockerfile.escape):
            name, equals, _ = word.value.partition("=")
            if name in self._given:
                found[name] = self._given[name]
            elif equals:
                found[name] = _labelled(name, whole(word.cut(len(name) + 1), self._dialect, Scope({**known, **found})))
            elif name in self._globals:
                found[name] = self._globals[name]
        return found

    def _copy(self, instruction: Instruction, scope: Scope, stage: Stage) -> Stage:
        sources, destination, is_from_stage = _copied(instruction, self._dialect, scope)
        if destination is None or is_from_stage:
            return stage
        runtime = resolved(stage.directory, destination)
        if instruction.heredocs:
            name, body = instruction.heredocs[0]
            path = posixpath.join(runtime, name) if destination.endswith("/") else runtime
            return replace(stage, written={**stage.written, path: body})
        is_folder = destination.endswith(("/", "/.")) or runtime == stage.directory or len(sources) > 1
        more = [p for source in sources for p in self._placements(source, runtime, into_folder=is_folder)]
        return replace(stage, places=stage.places.with_more(more)) if more else stage

    def _placements(self, source: str, runtime: str, *, into_folder: bool) -> list[Placement]:
        source = source.lstrip("/")
        if any(sign in source for sign in "*?["):
            folder = within(posixpath.join(self._context, posixpath.dirname(source)))
            return [placed(runtime, folder, is_folder=True)] if folder is not None else []
        project = within(posixpath.join(self._context, source))
        if project is None:
            return []
        if self._project.has_folder(project):
            return [placed(runtime, project, is_folder=True)]
        if into_folder:
            runtime = posixpath.join(runtime, posixpath.basename(source))
        return [placed(runtime, project, is_folder=False)]


def _prepared(stage: Stage, instruction: Instruction) -> Stage:
    """Return the stage of a base image whose start script is known; the script stands where the image is named."""
    place = instruction.rest.pieces[0]
    start = Text((Piece(START, place.path, place.start, place.end),))
    path = Text((Piece(DIRECTORY, place.path, place.start, place.end),)).labelled("the base image sets PYTHONPATH")
    command = Process((start,))
    return replace(stage, is_prepared=True, directory=DIRECTORY, variables={"PYTHONPATH": path}, command=command)


def _labelled(name: str, value: Text) -> Text:
    if len(value) > _LONGEST:
        value = marker(UNKNOWN, value)
    return value.labelled(f"`{name}` is set here")


def _raw_words(text: Text, escape: str) -> list[Text]:
    """Return the words of an ENV or ARG with their quotes, which may hold blanks."""
    words: list[Text] = []
    start, quote, at = -1, "", 0
    value = text.value
    while at < len(value) and len(words) < _WORDS:
        character = value[at]
        if start < 0 and character not in " \t":
            start = at
        if character == escape and quote != "'":
            at += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in " \t" and start >= 0:
            words.append(text.cut(start, at))
            start = -1
        at += 1
    if start >= 0:
        words.append(text.cut(start))
    return words
