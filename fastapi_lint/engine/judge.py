"""The rules over the entities of a project: what they find, and which of them crashed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from fastapi_lint.core.errors import RuleCrash
from fastapi_lint.core.finding import Code, Confidence, Failure
from fastapi_lint.engine.raised import Raised
from fastapi_lint.knowledge.versions import Target, Ternary
from fastapi_lint.lifecycle.model import App, Endpoint, Project
from fastapi_lint.rules.catalogue import all_rules
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi_lint.config.settings import Settings
    from fastapi_lint.engine.shard import Division


class Judge:
    """Runs the wanted rules over the entities of a project."""

    def __init__(self, settings: Settings, is_wanted: Callable[[Rule[object]], bool]) -> None:
        """Take the settings, and which rules are wanted."""
        self._settings = settings
        self._is_wanted = is_wanted
        self._raised: list[Raised] = []
        self._failures: list[Failure] = []

    def judge(self, project: Project) -> tuple[list[Raised], list[Failure]]:
        """Return what the wanted rules found, in the order of rules and entities, and which rules crashed."""
        for rule in all_rules():
            if self._is_wanted(rule):
                for entity, app in _entities(rule, project):
                    self._judge_one(rule, entity, app)
        return self._raised, self._failures

    def judge_part(
        self, project: Project, division: Division, speaking: Sequence[str]
    ) -> tuple[list[Raised], list[Failure]]:
        """Return what a run over a part of the project has to know, in the order of a run over all of it.

        `speaking` are the files of the part that hold directives.
        """
        own = structs.replace(project, apps=division.own)
        raised, failures = self.judge(own)
        if speaking or division.is_first:
            # What these look at is the whole project.
            raised = [one for one in raised if one.source]
            failures = [one for one in failures if one.entity != _name(project)]
            whole = Judge(self._settings, lambda rule: rule.over is Project and self._is_wanted(rule))
            more, failed = whole.judge(project)
            raised += more
            failures += failed if division.is_first else []
        others = division.others([(one.finding.location.path, one.source) for one in raised], speaking)
        if others:
            found, _ = Judge(self._settings, self._is_wanted).judge(structs.replace(project, apps=others))
            raised += [one for one in found if one.source]
        codes = {rule.code: index for index, rule in enumerate(all_rules())}
        apps = {app.name: index for index, app in enumerate(project.apps)}
        return sorted(raised, key=lambda one: (codes[one.code], apps.get(one.source, -1))), failures

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
                    is_preview=bool(rule.preview),
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
