"""The one way through a run, for the command line and editors alike: discover, extract, link, judge, grade."""

from __future__ import annotations

import gc
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Final, TypeVar

from fastapi_lint.config.overrides import parse_overrides
from fastapi_lint.config.selection import SelectionLayer, check_mentions
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.config.target import read_target
from fastapi_lint.core.errors import RuleCrash
from fastapi_lint.core.finding import Code, Confidence, Failure, Finding, Place, Report, Skipped, Source
from fastapi_lint.core.span import Location, Span
from fastapi_lint.engine.cache import FactsCache
from fastapi_lint.engine.files import Files, Problem
from fastapi_lint.engine.grade import Grader, Judging, Raised
from fastapi_lint.engine.reach import foreseen, mentioning
from fastapi_lint.facts.deployment.model import CountKind, Deployment
from fastapi_lint.facts.deployment.read import read_deployments
from fastapi_lint.knowledge.versions import Target, Ternary
from fastapi_lint.lifecycle.link import LinkInput, link
from fastapi_lint.lifecycle.model import App, Endpoint, Project
from fastapi_lint.lifecycle.symbols import ProjectIndex
from fastapi_lint.report.render import FORMATS
from fastapi_lint.rules.catalogue import all_rules, entries, rule_names
from fastapi_lint.rules.rule import Context, Rule
from fastapi_lint.source.discovery import Discovered, ProjectPaths, discover, find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_STACK: Final = 256 << 20
_DEEP: Final = 20_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller asks for; `paths` are as given by the user, relative ones to `directory`."""

    paths: tuple[str, ...]
    directory: Path
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    target_version: tuple[str, ...] = ()
    jobs: int | None = None
    config: Path | None = None
    isolated: bool = False
    show_possible: bool = False
    cache: Path | None = None
    """The folder that keeps facts from run to run, None to keep none."""
    progress: Callable[[int, int], None] | None = None


def run(request: Request) -> Report:
    """Check a project and return all there is to say.

    Raises:
        ConfigError: where the request or the project's settings are wrong.

    """
    return explore(request, lambda one: one.report())


def explore(request: Request, work: Callable[[Run], T]) -> T:
    """Return what `work` makes of a run that has begun, as deep as it has to go; raises as `run` does."""

    def whole() -> T:
        with _uncollected():
            one = Run(request)
            try:
                return work(one)
            finally:
                one.finish()

    return _deeply(whole)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage in the meantime: nearly all that a run makes lives to its end, and looking takes a sixth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _deeply(work: Callable[[], T]) -> T:
    """Do work on a stack that deeply nested code cannot exhaust, and return what it returns."""
    results: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, _DEEP))
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # handed to the caller's thread
            errors.append(error)
        finally:
            sys.setrecursionlimit(before)

    size = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of a project."""

    found: Discovered
    deployments: tuple[Deployment, ...]
    targets: _Targets
    project: Project


class Run:
    """One run: its settings, files and what was read so far."""

    def __init__(self, request: Request) -> None:
        """Find the project of a request and load its settings; raises ConfigError where either is wrong."""
        self._request = request
        self._paths: ProjectPaths = find_project(request.paths, request.directory)
        self._names = rule_names()
        self._settings = self._load_settings()
        command_line = SelectionLayer(request.select, request.ignore, request.extend_select)
        for mentions, where in (
            (request.select or (), "--select"),
            (request.ignore, "--ignore"),
            (request.extend_select, "--extend-select"),
        ):
            check_mentions(mentions, self._names, where)
        self._selection = self._settings.selection.with_layer(command_line)
        self._overrides = parse_overrides(request.target_version)
        cache = FactsCache(request.cache, self._paths.root) if request.cache is not None else None
        self._files = Files(self._paths.root, cache)
        self._problems: list[tuple[Location, str]] = []
        self._grader = Grader(self._files, self._paths.root, request.directory)

    def _load_settings(self) -> Settings:
        if self._request.isolated:
            return Settings()
        options = {rule.name: rule.options for rule in all_rules()}
        return load_settings(self._paths.root, self._names, self._request.config, options=options, formats=FORMATS)

    def report(self) -> Report:
        """Judge the project and return all there is to say."""
        reading = self._reading
        judged = _Judge(self._settings, self._is_wanted).judge(reading.project)
        return self._graded(reading.found, reading.project, reading.deployments, reading.targets, judged)

    @property
    def project(self) -> Project:
        """Return the project's applications; its files are read the first time that it is asked for."""
        return self._reading.project

    def finish(self) -> None:
        """Write down what the next run can use."""
        self._files.finish()

    def place(self, location: Location) -> Place:
        """Return a location as people read it."""
        return self._grader.place(location)

    def text(self, location: Location) -> str:
        """Return the source text of a location, empty where the file cannot be read."""
        return self._files.text(location)

    def unread(self) -> tuple[str, ...]:
        """Return a line for each file that could not be read: its path and the reason."""
        return tuple(f"{self._grader.shown(one.path)}: {one.message}" for one in self._files.problems)

    @cached_property
    def _reading(self) -> _Reading:
        settings = self._settings
        found = discover(self._paths.root, settings.excluded, self._paths.files, settings.above)
        self._paths.check_matches(found)
        python = self._files.load(found.python)
        wanted = foreseen(python, ProjectIndex(python, settings.src))
        self._files.extract(wanted, self._request.jobs, self._request.progress)
        everything = (*found.python, *found.other)
        facts = read_deployments(everything, self._files.read)
        targets = _Targets(everything, self._files, self._overrides, settings)
        project = link(
            LinkInput(
                found.python,
                self._files.facts,
                facts.deployments,
                targets.near,
                settings.src,
                settings.apps,
                settings.workers,
                partial(mentioning, python),
            )
        )
        self._problems += [(problem.location, problem.message) for problem in facts.problems]
        self._problems += targets.problems
        return _Reading(found, facts.deployments, targets, project)

    def _is_wanted(self, rule: Rule[object]) -> bool:
        return self._selection.is_selected(rule.code, rule.name, default_on=rule.default)

    def _graded(
        self,
        found: Discovered,
        project: Project,
        deployments: tuple[Deployment, ...],
        targets: _Targets,
        judged: tuple[list[Raised], list[Failure]],
    ) -> Report:
        grader = self._grader
        raised = [*self._unreadable(), *judged[0]]
        asked = [one for one in raised if self._paths.includes(one.finding.location.path)]
        graded = grader.grade(
            asked, self._judging(found, project, judged[1]), show_possible=self._request.show_possible
        )
        self._files.finish()
        shown = {grader.shown(path): path for path in (*found.python, *found.other)}
        bad = {problem.path for problem in self._files.problems}
        skipped = [Skipped(grader.shown(one.path), one.message) for one in self._files.problems]
        return Report(
            diagnostics=graded.diagnostics,
            files=tuple(grader.shown(path) for path in found.python if path not in bad and self._paths.includes(path)),
            skipped=(*(replace(one, filename=grader.shown(one.filename)) for one in found.skipped), *skipped),
            failures=tuple(judged[1]),
            apps=tuple(self._app_source(app, grader) for app in project.apps),
            entries=tuple(
                Source(app.name, "application", grader.shown(app.entry)) for app in project.apps if not app.is_mounted
            ),
            targets=targets.sources(project),
            deployments=_once(_deployment_source(one, grader) for one in _all_deployments(deployments, project)),
            warnings=self._files.warnings,
            silenced=graded.silenced,
            hidden=graded.hidden,
            fail_on=self._settings.fail_on,
            output_format=self._settings.output_format,
            lines=grader.lines_of(graded.diagnostics, shown),
        )

    def _judging(self, found: Discovered, project: Project, failures: Sequence[Failure]) -> Judging:
        """Return by what findings are judged; nothing is useless to a rule that crashed or saw half of the project."""
        crashed = {failure.rule for failure in failures}
        is_whole = bool(project.apps) and not self._files.problems
        ran: dict[str, str] = {
            rule.code: rule.name
            for rule in all_rules()
            if is_whole and self._is_wanted(rule) and rule.name not in crashed
        }
        # The comments of manifests and lock files speak of the linter more often than to it.
        deployment = (path for path in found.other if not path.endswith((".toml", ".lock", ".txt")))
        paths = tuple(path for path in (*found.python, *deployment) if self._paths.includes(path))
        return Judging(self._selection, self._settings, paths, ran, self._names)

    def _unreadable(self) -> Iterator[Raised]:
        entry = next(one for one in entries() if one.code == "FL000")
        problems = [*self._files.problems]
        problems += [Problem(place.path, place.span.start, message) for place, message in self._problems]
        for problem in problems:
            where = Location(problem.path, Span(problem.offset, problem.offset))
            finding = Finding(where, problem.message, help=problem.hint)
            yield Raised(Code(entry.code), entry.name, entry.url, entry.severity, default_on=True, finding=finding)

    @staticmethod
    def _app_source(app: App, grader: Grader) -> Source:
        kind = "FastAPI" if app.is_fastapi else "Starlette"
        value = f"{kind}, {len(app.stack)} middleware, {len(app.endpoints)} routes"
        place = grader.place(app.location)
        return Source(app.name, value, f"{place.filename}:{place.start.row}")


def _all_deployments(deployments: Iterable[Deployment], project: Project) -> tuple[Deployment, ...]:
    known = dict.fromkeys(deployments)
    known.update(dict.fromkeys(served.deployment for app in project.apps for served in app.served))
    return tuple(known)


def _once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources without those of a subject and a place that were named before: one line started by several."""
    known: dict[tuple[str, str], Source] = {}
    for source in sources:
        known.setdefault((source.subject, source.origin), source)
    return tuple(known.values())


def _deployment_source(deployment: Deployment, grader: Grader) -> Source:
    place = grader.place(deployment.location)
    target = deployment.target or deployment.path_target or "?"
    count = deployment.processes
    words = {
        CountKind.EXACT: f"{count.value}",
        CountKind.AT_LEAST: f"at least {count.value}",
        CountKind.UNKNOWN: "an unknown number of",
    }[count.kind]
    kind = " (development)" if deployment.is_development else ""
    plural = "process" if count.value == 1 and count.kind is CountKind.EXACT else "processes"
    return Source(f"{deployment.server} {target}", f"{words} {plural}{kind}", f"{place.filename}:{place.start.row}")


class _Targets:
    """The versions that hold near each application, read once a folder."""

    def __init__(
        self,
        files: tuple[str, ...],
        reader: Files,
        overrides: Mapping[str, str],
        settings: Settings,
    ) -> None:
        self.problems: list[tuple[Location, str]] = []

        @cache
        def near(folder: str) -> Target:
            reading = read_target(files, reader.read, folder, overrides, settings.target_version)
            self.problems += [problem for problem in reading.problems if problem not in self.problems]
            return reading.target

        self._near = near

    def near(self, path: str) -> Target:
        """Return the versions for an application whose module is `path`."""
        folder = path.rpartition("/")[0]
        return self._near(f"{folder}/_" if folder else "_")

    def sources(self, project: Project) -> tuple[Source, ...]:
        """Return what was taken from where, for all applications."""
        found = dict.fromkeys(source for app in project.apps for source in app.target.sources())
        return tuple(found)


class _Judge:
    """Runs the wanted rules over the entities of a project."""

    def __init__(self, settings: Settings, is_wanted: Callable[[Rule[object]], bool]) -> None:
        self._settings = settings
        self._is_wanted = is_wanted
        self._raised: list[Raised] = []
        self._failures: list[Failure] = []

    def judge(self, project: Project) -> tuple[list[Raised], list[Failure]]:
        for rule in all_rules():
            if not self._is_wanted(rule):
                continue
            for entity, app in _entities(rule, project):
                self._judge_one(rule, entity, app)
        return self._raised, self._failures

    def _judge_one(self, rule: Rule[object], entity: object, app: App | None) -> None:
        holds = rule.applies_to(app.target) if app is not None else Ternary.YES
        if holds is Ternary.NO:
            return
        target = app.target if app is not None else Target.of({})
        context = Context(target, {**rule.options, **self._settings.rule_options.get(rule.name, {})})
        try:
            findings = list(rule.run(entity, context))
        except Exception as error:  # noqa: BLE001  # one rule's mistake must not cost the others' findings
            crash = RuleCrash(rule.name, _name(entity), f"{type(error).__name__}: {error}")
            self._failures.append(Failure(crash.rule, crash.entity, crash.message))
            return
        for finding in findings:
            if holds is Ternary.MAYBE:
                finding = replace(finding, confidence=Confidence.POSSIBLE)  # noqa: PLW2901
            self._raised.append(
                Raised(
                    Code(rule.code),
                    rule.name,
                    rule.url,
                    rule.severity,
                    rule.default,
                    finding,
                    app.name if app is not None else "",
                )
            )


def _entities(rule: Rule[object], project: Project) -> Iterator[tuple[object, App | None]]:
    if rule.over is Project:
        yield project, None
    for app in project.apps:
        if rule.over is App:
            yield app, app
        elif rule.over is Endpoint:
            for endpoint in app.endpoints:
                yield endpoint, app


def _name(entity: object) -> str:
    match entity:
        case App():
            return entity.name
        case Endpoint():
            return f"{entity.app.name} {entity.title}"
        case _:
            return type(entity).__name__
