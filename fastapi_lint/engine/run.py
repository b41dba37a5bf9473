"""The one way through a run, for the command line and editors alike: discover, extract, link, judge, grade."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from fastapi_lint.config.overrides import parse_overrides
from fastapi_lint.config.selection import SelectionLayer, check_mentions
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Code, Failure, Finding, Place, Report, Skipped
from fastapi_lint.core.span import Location, Span
from fastapi_lint.engine.cache import FactsCache, key_of
from fastapi_lint.engine.deep import deeply, uncollected
from fastapi_lint.engine.directives import Directives
from fastapi_lint.engine.evidence import Gathering
from fastapi_lint.engine.files import Files, Problem
from fastapi_lint.engine.grade import Grader, Judging
from fastapi_lint.engine.judge import Judge
from fastapi_lint.engine.kept import Kept, Ledger, Moves, moves
from fastapi_lint.engine.raised import Raised
from fastapi_lint.engine.reach import foreseen
from fastapi_lint.engine.shard import Division
from fastapi_lint.engine.sources import told_of
from fastapi_lint.engine.targets import Targets
from fastapi_lint.engine.unread import missed
from fastapi_lint.engine.verdict import Verdict, VerdictStore, packed, store_of
from fastapi_lint.engine.workers import Children
from fastapi_lint.facts.deployment.read import read_deployments
from fastapi_lint.lifecycle.link import LinkInput, link
from fastapi_lint.lifecycle.symbols import ProjectIndex
from fastapi_lint.report.render import FORMATS
from fastapi_lint.rules.catalogue import all_rules, entries, rule_names
from fastapi_lint.source.discovery import Discovered, ProjectPaths, discover, find_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.core.span import LineIndex
    from fastapi_lint.engine.answers import Evidence
    from fastapi_lint.engine.kept import Search
    from fastapi_lint.engine.memory import Memory
    from fastapi_lint.engine.reach import Imports
    from fastapi_lint.engine.shard import Shard
    from fastapi_lint.engine.sources import Told
    from fastapi_lint.facts.deployment.model import Deployment
    from fastapi_lint.lifecycle.model import Project
    from fastapi_lint.rules.rule import Rule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller asks for; `paths` are as given by the user, relative ones to `directory`."""

    paths: tuple[str, ...]
    directory: Path
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    """Whether rules in preview run too; the settings may say so as well."""
    target_version: tuple[str, ...] = ()
    jobs: int | None = None
    config: Path | None = None
    isolated: bool = False
    show_possible: bool = False
    with_fixes: bool = False
    """Whether the repairs of rules are worked out, which reads the files that they change."""
    cache: Path | None = None
    """The folder that keeps facts from run to run, None to keep none."""
    progress: Callable[[int, int], None] | None = None
    shard: Shard | None = None
    """The part of the applications that findings are told of, None for all of them."""
    only: str = ""
    """The file of the project that findings must take part in, empty for all that `paths` say."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a run has of its session: unsaved texts in place of files, what is known of files, what was kept.

    With `before`, the run goes on where that one ended: only the `changed` files may have another text since.
    """

    unsaved: Mapping[str, bytes] = field(default_factory=dict)
    memory: Memory | None = None
    cancel: Cancel | None = None
    before: Run | None = None
    changed: frozenset[str] = frozenset()
    paths: ProjectPaths | None = None
    """The project where it is not to be looked for."""
    settings: Settings | None = None
    """The settings where they are not to be read."""


def run(request: Request) -> Report:
    """Check a project and return all there is to say.

    Raises:
        ConfigError: where the request or the project's settings are wrong.

    """
    return explore(request, lambda one: one.report())


def explore(request: Request, work: Callable[[Run], T], given: Given | None = None) -> T:
    """Return what `work` makes of a run that has begun, as deep as it has to go; raises as `run` does."""
    children = Children()

    def whole() -> T:
        with uncollected():
            one = Run(request, given, children)
            try:
                return work(one)
            finally:
                one.finish()

    try:
        return deeply(whole)
    finally:
        children.stop()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of a project."""

    found: Discovered
    deployments: tuple[Deployment, ...]
    targets: Targets
    project: Project
    ledger: Ledger
    imports: Imports


class Run:
    """One run: its settings, files and what was read so far."""

    def __init__(self, request: Request, given: Given | None = None, children: Children | None = None) -> None:
        """Find the project of a request and load its settings; raises ConfigError where either is wrong.

        `children` knows the processes that the run begins.
        """
        self._request = request
        self._given = given or Given()
        self.began = time.time_ns()
        """When the run began, in nanoseconds."""
        if self._given.before is not None:
            self._go_on(self._given.before, children)
            return
        self._paths: ProjectPaths = self._given.paths or find_project(request.paths, request.directory)
        self._gathering = Gathering(self._paths, request.paths, request.directory, request.config)
        self._names = rule_names()
        self._settings = self._load_settings()
        command_line = SelectionLayer(request.select, request.ignore, request.extend_select)
        for mentions, where in (
            (request.select or (), "--select"),
            (request.ignore, "--ignore"),
            (request.extend_select, "--extend-select"),
        ):
            check_mentions(mentions, self._names, where, is_ignoring=where == "--ignore")
        selection = self._settings.selection.with_layer(command_line)
        self._selection = replace(selection, preview=True) if request.preview else selection
        if not any(map(self.is_wanted, all_rules())):
            raise ConfigError("no rule is left to check by", "`fastapi-lint rules` lists them")
        self._overrides = parse_overrides(request.target_version)
        cache = FactsCache(request.cache, self._paths.root) if request.cache is not None else None
        self._files = Files(
            self._paths.root,
            cache,
            self._settings.max_file_size,
            memory=self._given.memory,
            unsaved=self._given.unsaved,
            cancel=self._given.cancel,
            children=children,
        )
        self._problems: list[tuple[Location, str]] = []
        self._grader = Grader(self._files, self._paths.root, request.directory)

    def _go_on(self, before: Run, children: Children | None) -> None:
        """Take over what another run of the same request has read, with the texts of now."""
        self._paths, self._names, self._settings = before._paths, before._names, before._settings
        self._selection, self._overrides = before._selection, before._overrides
        self._files, self._problems = before._files, before._problems
        self._grader, self._gathering = before._grader, before._gathering
        self._files.go_on(self._given.changed, self._given.unsaved, self._given.cancel, children)

    def _load_settings(self) -> Settings:
        if self._given.settings is not None:
            return self._given.settings
        if self._request.isolated:
            return Settings()
        options = {rule.name: rule.options for rule in all_rules()}
        return load_settings(self._paths.root, self._names, self._request.config, options=options, formats=FORMATS)

    def report(self, *, with_fixes: bool = False) -> Report:
        """Judge the project and return all there is to say, with the repairs of rules where somebody wants them."""
        with_fixes |= self._request.with_fixes
        store = self._store()
        verdict = store.read() if store is not None else None
        moves = self._moves_since(verdict) if verdict is not None else None
        if store is not None and verdict is not None and moves is not None:
            return self._again(verdict, moves, store, with_fixes=with_fixes)
        kept, moves = self.settled
        told = told_of(kept.project, kept.deployments, kept.targets.sources(kept.project))
        raised = kept.moved(moves)
        if store is not None and not kept.failures and not self._files.is_uncertain():
            searches, asked = kept.ledger.searches, {path: self._files.asked_bodies(path) for path in kept.ledger.asked}
            reads = {path: key_of(data) if data is not None else None for path, data in kept.ledger.read_files.items()}
            store.write(self._verdict(reads, searches, asked, tuple(sorted(kept.measured)), raised, told))
        return self._graded(raised, told, kept.failures, moves, kept.division, with_fixes=with_fixes)

    def _store(self) -> VerdictStore | None:
        """Return where the verdict on this project is kept, None where none is."""
        request, given = self._request, self._given
        if request.cache is None or request.shard is not None or request.only:
            return None
        if given.unsaved or given.memory is not None or given.before is not None or given.settings is not None:
            return None
        own = self._gathering.own(self.began)
        if not own:
            return None
        asked = (request.select, request.ignore, request.extend_select, request.preview, request.target_version)
        linter = b"".join(data or b"" for data in own.values()) + sys.version.encode()
        return store_of(request.cache, self._paths.root, linter, (asked, self._paths.files, self._settings))

    def _moves_since(self, verdict: Verdict) -> Moves | None:
        """Return where things are now that a verdict speaks of; None where it may say something else now."""
        found, files = self._found, self._files
        skipped = tuple((one.filename, one.reason, one.is_folder) for one in found.skipped)
        if (found.python, found.other, skipped) != (tuple(verdict.python), verdict.other, verdict.skipped):
            return None
        data = files.load(found.python)
        if files.is_uncertain() or not all(_read_key(files, path) == key for path, key in verdict.reads.items()):
            return None
        changed = [path for path, key in verdict.python.items() if key_of(data[path]) != key]
        asked = {path: files.kept_facts(verdict.python[path], starts) for path, starts in _of(verdict.asked, changed)}
        files.extract(frozenset(asked), self._request.jobs, self._request.progress)
        if files.is_uncertain() or not all(asked.values()):
            return None
        return moves(changed, files, verdict.reads, verdict.searches, asked, verdict.measured)

    def _again(self, verdict: Verdict, moved: Moves, store: VerdictStore, *, with_fixes: bool) -> Report:
        """Return the report on what has the verdict of an earlier run."""
        raised, told, self._problems = verdict.findings(moved), verdict.told(moved), verdict.troubles(moved)
        self._check_asked(self._found, ())
        asked = {path: self._files.asked_bodies(path) or starts for path, starts in verdict.asked.items()}
        store.write(self._verdict(verdict.reads, verdict.searches, asked, verdict.measured, raised, told))
        return self._graded(raised, told, (), Moves({}), None, with_fixes=with_fixes)

    def _verdict(
        self,
        reads: Mapping[str, bytes | None],
        searches: tuple[Search, ...],
        asked: Mapping[str, tuple[int, ...]],
        measured: tuple[str, ...],
        raised: list[Raised],
        told: Told,
    ) -> Verdict:
        found = self._found
        python = {path: key_of(self._files.python[path]) for path in found.python}
        skipped = tuple((one.filename, one.reason, one.is_folder) for one in found.skipped)
        rest = packed(raised, told, self._problems)
        return Verdict(python, found.other, skipped, dict(reads), searches, dict(asked), measured, *rest)

    @cached_property
    def settled(self) -> tuple[Kept, Moves]:
        """Return what the report rests on: an earlier link, and where all of it is now, or a link of this run."""
        if self._given.cancel is not None:
            self._given.cancel.check()
        kept = self._given.before.settled[0] if self._given.before is not None else None
        if kept is not None:
            self._extract(self._files.python, kept.imports)
            moves = kept.ledger.moves(self._given.changed, self._files, kept.measured)
            if moves is not None:
                return kept, moves
        return self._judged(), Moves({})

    def _extract(self, python: Mapping[str, bytes], imports: Imports) -> None:
        wanted = foreseen(python, ProjectIndex(python, self._settings.src), imports)
        self._files.extract(frozenset(wanted), self._request.jobs, self._request.progress)

    def agrees(self, other: Run) -> bool:
        """Return whether all but the texts of Python files is for this run as for another of the same request."""
        kept = other.settled[0]
        return (
            self._paths == other._paths
            and self._settings == other._settings
            and self._found == kept.found
            and kept.ledger.reads_same(self._files)
        )

    def changes(self, other: Run) -> frozenset[str]:
        """Return the Python files whose texts are others than for another run."""
        mine, others = self._files.load(self._found.python), other._files.python
        return frozenset(path for path in (*mine, *others) if mine.get(path) != others.get(path))

    def _judged(self) -> Kept:
        reading = self._reading
        judge, division = Judge(self._settings, self.is_wanted), None
        if self._request.shard is None:
            raised, failures = judge.judge(reading.project)
        else:
            division = Division(reading.project, reading.imports, self._request.shard)
            paths = [path for path in self._commented(reading.found) if division.owns(path)]
            raised, failures = judge.judge_part(reading.project, division, Directives(self._files).speaking(paths))
        return Kept(
            reading.ledger,
            reading.found,
            reading.deployments,
            reading.targets,
            reading.project,
            tuple(raised),
            tuple(failures),
            frozenset(
                module.path for app in reading.project.apps for module in app.modules.values() if module.is_measured
            ),
            reading.imports,
            division,
        )

    @property
    def project(self) -> Project:
        """Return the project's applications; its files are read the first time that it is asked for."""
        if self._given.before is not None and self.settled[1].is_nowhere:
            return self.settled[0].project
        return self._reading.project

    @property
    def root(self) -> Path:
        """Return the project's root."""
        return self._paths.root

    @property
    def settings(self) -> Settings:
        """Return the settings that hold."""
        return self._settings

    def let_go(self) -> None:
        """Forget the run before: what there is to say is worked out."""
        self._given = replace(self._given, before=None)

    def holds(self, path: str) -> bool:
        """Return whether a Python file of the project was read."""
        return path in self._files.python

    def evidence(self) -> Evidence | None:
        """Return what the report of this run rests on; None where it must not be given again without another run."""
        if self._request.cache is None or self._files.warnings:
            return None
        return self._gathering.evidence(self._found, self._files, self.began)

    def finish(self) -> None:
        """Write down what the next run can use."""
        self._files.finish()

    def place(self, location: Location) -> Place:
        """Return a location as people read it."""
        return self._grader.place(location)

    def text(self, location: Location) -> str:
        """Return the source text of a location, empty where the file cannot be read."""
        return self._files.text(location)

    def bytes_of(self, path: str) -> bytes:
        """Return a file's bytes as this run sees them; raises OSError where it cannot be read."""
        return self._files.read(path)

    def encoding_of(self, path: str) -> str:
        """Return the encoding of a Python file as far as it is known, UTF-8 for any other."""
        return self._files.encoding(path)

    def lines(self, path: str) -> LineIndex:
        """Return the rows of a file, one empty row where it cannot be read."""
        return self._files.lines(path)

    def unread(self) -> tuple[str, ...]:
        """Return a line for each file that could not be read: its path and the reason."""
        return tuple(f"{self._grader.shown(one.path)}: {one.message}" for one in self._files.problems)

    @cached_property
    def _found(self) -> Discovered:
        before = self._given.before
        if before is not None:
            return before.settled[0].found
        settings = self._settings
        found = discover(self._paths.root, settings.excluded, self._paths.files, settings.above)
        found = _with_unsaved(found, self._given.unsaved, self._paths.root)
        self._paths.check_matches((*found.python, *found.other, *(one.path for one in missed(found.skipped))))
        return found

    @cached_property
    def _reading(self) -> _Reading:
        settings = self._settings
        found = self._found
        python = self._files.load(found.python)
        imports: Imports = {}
        self._extract(python, imports)
        everything = (*found.python, *found.other)
        ledger = Ledger(self._files, python)
        facts = read_deployments(everything, ledger.read)
        targets = Targets(everything, ledger.read, self._overrides, settings)
        project = link(
            LinkInput(
                found.python,
                ledger.facts,
                facts.deployments,
                targets.near,
                settings.src,
                settings.apps,
                settings.workers,
                ledger.mentions,
                self._given.cancel,
                facts.databases,
            )
        )
        self._problems = [(problem.location, problem.message) for problem in facts.problems]
        self._problems += targets.problems
        self._check_asked(found, project.unfound)
        return _Reading(found, facts.deployments, targets, project, ledger, imports)

    def _check_asked(self, found: Discovered, unfound: Sequence[str]) -> None:
        """Raise ConfigError where a path or an application asked for was not looked at: that would be no success."""
        for name in unfound:
            hint = "name it as a server would be given it, such as app.main:app"
            raise ConfigError(f"{self._settings.path}: `apps` names `{name[:80]}`, which leads to no application", hint)
        looked_at = [*found.python, *(path for path in found.other if self._files.known(path) is not None)]
        looked_at += [place.path for place, _ in self._problems]
        looked_at += [one.path for one in missed(found.skipped)]
        self._paths.check_matches(looked_at)

    def _is_asked(self, path: str) -> bool:
        return path == self._request.only if self._request.only else self._paths.includes(path)

    def _takes_part(self, finding: Finding) -> bool:
        """Return whether a finding is asked for; those for one file are also those that point at it."""
        if not self._request.only:
            return self._paths.includes(finding.location.path)
        return any(one.path == self._request.only for one in (finding.location, *(n.location for n in finding.notes)))

    def is_wanted(self, rule: Rule[object]) -> bool:
        """Return whether a rule is asked for."""
        return self._selection.is_selected(rule.code, rule.name, default_on=rule.default, is_preview=bool(rule.preview))

    def _graded(
        self,
        raised: Sequence[Raised],
        told: Told,
        failures: tuple[Failure, ...],
        moves: Moves,
        division: Division | None,
        *,
        with_fixes: bool,
    ) -> Report:
        grader, found = self._grader, self._found
        asked = [one for one in (*self._unreadable(found), *raised) if self._takes_part(one.finding)]
        judging = self._judging(failures, division, has_apps=bool(told.apps))
        graded = grader.grade(asked, judging, show_possible=self._request.show_possible, with_fixes=with_fixes)
        self._files.finish()
        shown = {grader.shown(path): path for path in (*found.python, *found.other)}
        bad = {problem.path for problem in self._files.problems}
        skipped = [
            Skipped(grader.shown(one.path), one.message.removeprefix("not checked: ")) for one in self._files.problems
        ]

        def place(location: Location) -> Place:
            return grader.place(moves.location(location))

        apps, entries, deployments = told.sources(place, grader.shown)
        return Report(
            diagnostics=graded.diagnostics,
            files=tuple(grader.shown(path) for path in found.python if path not in bad and self._is_asked(path)),
            skipped=(*(replace(one, filename=grader.shown(one.filename)) for one in found.skipped), *skipped),
            failures=(*failures, *graded.failures),
            apps=apps,
            entries=entries,
            targets=told.targets,
            deployments=deployments,
            warnings=self._files.warnings,
            silenced=graded.silenced,
            hidden=graded.hidden,
            fail_on=self._settings.fail_on,
            output_format=self._settings.output_format,
            lines=grader.lines_of(graded.diagnostics, shown),
        )

    def _judging(self, failures: Sequence[Failure], division: Division | None, *, has_apps: bool) -> Judging:
        """Return by what findings are judged; nothing is useless to a rule that crashed or saw half of the project."""
        crashed = {failure.rule for failure in failures}
        is_whole = has_apps and not self._files.problems
        ran: dict[str, str] = {
            rule.code: rule.name
            for rule in all_rules()
            if is_whole and self.is_wanted(rule) and rule.name not in crashed
        }
        paths = tuple(
            path
            for path in self._commented(self._found)
            if self._is_asked(path) and (division is None or division.owns(path))
        )
        return Judging(self._selection, self._settings, paths, ran, self._names, division)

    @staticmethod
    def _commented(found: Discovered) -> tuple[str, ...]:
        """Return the files whose comments may be directives."""
        # The comments of manifests and lock files speak of the linter more often than to it.
        return (*found.python, *(path for path in found.other if not path.endswith((".toml", ".lock", ".txt"))))

    def _unreadable(self, found: Discovered) -> Iterator[Raised]:
        entry = next(one for one in entries() if one.code == "FL000")
        problems = [*self._files.problems, *missed(found.skipped)]
        problems += [Problem(place.path, place.span.start, message) for place, message in self._problems]
        for problem in problems:
            where = Location(problem.path, Span(problem.offset, problem.offset))
            finding = Finding(where, problem.message, help=problem.hint)
            yield Raised(Code(entry.code), entry.name, entry.url, entry.severity, default_on=True, finding=finding)


def _with_unsaved(found: Discovered, unsaved: Mapping[str, bytes], root: Path) -> Discovered:
    """Return the files with those that are not saved yet; a file that was left out stays out."""
    known = {*found.python, *found.other}
    fresh = [path for path in unsaved if path not in known and path.endswith(".py") and not (root / path).exists()]
    return replace(found, python=tuple(sorted((*found.python, *fresh), key=os.fsencode))) if fresh else found


def _read_key(files: Files, path: str) -> bytes | None:
    """Return the hash of a file's content, None where it cannot be read."""
    try:
        return key_of(files.read(path))
    except OSError:
        return None


def _of(asked: Mapping[str, tuple[int, ...]], paths: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    return ((path, asked[path]) for path in paths if path in asked)
