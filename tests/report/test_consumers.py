"""The formats of build services, read the way those who take them read them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml

from fastapi_lint.core.finding import Edit, Fix, Place, Report, Severity
from fastapi_lint.core.finding import Failure as Crash
from fastapi_lint.core.span import Location, Position, Span
from fastapi_lint.report.fingerprint import fingerprints
from fastapi_lint.report.render import render
from fastapi_lint.report.sanitize import sanitize, sanitize_path, without_surrogates
from tests.report.hostile import commands, raw_controls, reports
from tests.report.samples import diagnostic, note, place, report

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


# What reviewdog's proto/rdf/reviewdog.proto declares, with nothing left open: protobuf's JSON knows no other key.
RDF_POSITION = closed({"line": COUNT}, {"column": COUNT})
RDF_RANGE = closed({"start": RDF_POSITION}, {"end": RDF_POSITION})
RDF_LOCATION = closed({"path": TEXT, "range": RDF_RANGE})
RDF_SEVERITY = {"enum": ["ERROR", "WARNING", "INFO"]}
RDF = Draft202012Validator(
    closed(
        {
            "source": closed({"name": TEXT, "url": TEXT}),
            "severity": RDF_SEVERITY,
            "diagnostics": {
                "type": "array",
                "items": closed(
                    {
                        "message": {"type": "string", "minLength": 1},
                        "location": RDF_LOCATION,
                        "severity": RDF_SEVERITY,
                        "code": closed({"value": TEXT}, {"url": TEXT}),
                    },
                    {
                        "related_locations": {
                            "type": "array",
                            "items": closed({"message": TEXT, "location": RDF_LOCATION}),
                        },
                        "suggestions": {"type": "array", "items": closed({"range": RDF_RANGE, "text": TEXT})},
                    },
                ),
            },
        }
    )
)

# What GitLab documents of a code quality report and its parser asks for (app/validators/json_schemas/codeclimate.json).
GITLAB_POSITION = closed({"line": COUNT, "column": COUNT})
GITLAB = Draft202012Validator(
    {
        "type": "array",
        "items": closed(
            {
                "type": {"const": "issue"},
                "check_name": TEXT,
                "description": TEXT,
                "content": closed({"body": TEXT}),
                "categories": {"type": "array", "items": {"const": "Bug Risk"}},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "fingerprint": {"type": "string", "minLength": 1},
                "location": closed(
                    {"path": TEXT, "positions": closed({"begin": GITLAB_POSITION, "end": GITLAB_POSITION})}
                ),
            }
        ),
    }
)


@given(reports)
def test_gitlab_accepts_every_report(hostile: Report) -> None:
    issues = json.loads(render(hostile, "gitlab"))
    GITLAB.validate(issues)
    # A second issue of one fingerprint would be dropped.
    assert len({issue["fingerprint"] for issue in issues}) == len(hostile.diagnostics)
    for item, issue in zip(hostile.diagnostics, issues, strict=True):
        assert issue["location"]["path"] == without_surrogates(item.place.filename)
        assert raw_controls(issue["description"]) == []


def test_gitlab_matches_findings_by_fingerprint_when_lines_move() -> None:
    text = "engine = create_engine(URL)"
    before = report(diagnostic(place("a.py", 5, 1, 7)), lines={"a.py": {5: text}})
    after = report(diagnostic(place("a.py", 50, 5, 11), "said better"), lines={"a.py": {50: f"    {text}"}})
    first, second = (json.loads(render(one, "gitlab"))[0] for one in (before, after))
    assert first["fingerprint"] == second["fingerprint"] == fingerprints(before)[0]
    assert first["location"] != second["location"]


@given(reports)
def test_reviewdog_accepts_every_report(hostile: Report) -> None:
    RDF.validate(json.loads(render(hostile, "rdjson")))


def test_reviewdog_counts_columns_in_bytes() -> None:
    line = 'name = "日本"; engine = make()'
    at = line.index("engine") + 1
    edit = Edit(Location("a.py", Span(0, 6)), "x", place("a.py", 3, at, at + 6))
    found = report(
        diagnostic(place("a.py", 3, at, at + 6), "m", note("b.py", 9, 4, 8, "unread"), fix=Fix("safe", "f", (edit,))),
        lines={"a.py": {3: line}},
    )
    (shown,) = json.loads(render(found, "rdjson"))["diagnostics"]
    spanned = shown["location"]["range"]
    raw = line.encode()
    assert raw[spanned["start"]["column"] - 1 : spanned["end"]["column"] - 1] == b"engine"
    assert shown["suggestions"] == [{"range": spanned, "text": "x"}]
    assert shown["related_locations"][0]["location"]["range"] == {"start": {"line": 9}, "end": {"line": 9}}


@given(reports)
def test_junit_is_read_by_a_parser_of_it(hostile: Report) -> None:
    document = JUnitXml.fromstring(render(hostile, "junit").encode())
    cases = [case for suite in document for case in suite]
    results = [result for case in cases for result in case.result]
    assert sum(isinstance(result, Failure) for result in results) == len(hostile.diagnostics)
    assert sum(isinstance(result, Error) for result in results) == len(hostile.failures)
    assert len(cases) == max(1, len(hostile.diagnostics) + len(hostile.failures))
    assert document.tests == len(cases)
    assert document.failures == len(hostile.diagnostics)
    for item, result in zip(hostile.diagnostics, results, strict=False):
        assert sanitize(item.message) in result.message or "\\uff" in result.message
    # The attributes of junit-10.xsd, which refuses all others.
    for case in cases:
        assert set(case._elem.attrib) == {"name", "classname"}
        assert all(set(result._elem.attrib) == {"type", "message"} for result in case.result)


def test_junit_names_suites_after_files() -> None:
    document = JUnitXml.fromstring(
        render(
            Report(
                (diagnostic(place("a&<b>.py", 5, 1, 7), 'a "quoted" <m>'), diagnostic(place("c.py", 1, 1, 2))),
                failures=(Crash("some-rule", "GET /x", "boom"),),
            ),
            "junit",
        ).encode()
    )
    assert [suite.name for suite in document] == ["a&<b>.py", "c.py", "fastapi-lint"]
    first = next(iter(next(iter(document))))
    assert first.name == "FL301 engine-outside-lifespan 5:1"
    assert first.result[0].message == 'FL301 a "quoted" <m>'
    assert first.result[0].text.startswith('a&<b>.py:5:1: FL301 a "quoted" <m>\nhelp: ')


# The pattern of `PyLintParser` in jenkinsci/analysis-model.
JENKINS = re.compile(r"(.*):(\d+): \[(\D\d*).*\] (.*)")


@given(reports)
def test_pylint_lines_are_read_by_jenkins(hostile: Report) -> None:
    shown = render(hostile, "pylint")
    assert raw_controls(shown) == []
    assert commands(shown) == []
    lines = shown.split("\n")[:-1]
    assert len(lines) == len(hostile.diagnostics)
    for line, item in zip(lines, hostile.diagnostics, strict=True):
        found = JENKINS.match(line)
        assert found is not None
        assert line.startswith(f"{sanitize_path(item.place.filename)}:{item.place.start.row}: [{item.code}(")


def agent(line: str) -> tuple[str, dict[str, str], str]:
    """Read a logging command as the agent does: `Command.TryParse` in microsoft/azure-pipelines-agent."""
    start = line.index("##vso[")
    end = line.index("]", start)
    head, _, properties = line[start + len("##vso[") : end].partition(" ")
    pairs = [pair.split("=", 1) for pair in properties.split(";") if pair.strip()]
    tokens = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}

    def unescape(text: str) -> str:
        for token, character in tokens.items():
            text = text.replace(token, character)
        return text

    return head, {key: unescape(value) for key, value in pairs}, unescape(line[end + 1 :])


@given(reports)
def test_azure_has_one_command_a_finding(hostile: Report) -> None:
    shown = render(hostile, "azure")
    assert raw_controls(shown) == []
    lines = shown.split("\n")[:-1]
    assert len(lines) == len(hostile.diagnostics)
    for line, item in zip(lines, hostile.diagnostics, strict=True):
        assert line.count("##vso[") == 1
        assert "##[" not in line
        head, properties, data = agent(line)
        assert head == "task.logissue"
        assert properties["sourcepath"] == sanitize(item.place.filename)
        assert properties["linenumber"] == str(item.place.start.row)
        assert properties["code"] == item.code
        assert sanitize(item.message) in data


@pytest.mark.parametrize(
    ("severity", "kind"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "warning")]
)
def test_azure_command(severity: Severity, kind: str) -> None:
    where = Place("a;]b%.py", Position(5, 2), Position(6, 1))
    shown = render(report(diagnostic(where, "50 % lost", severity=severity, advice="", url="")), "azure")
    assert shown == (
        f"##vso[task.logissue type={kind};sourcepath=a%3B%5Db%AZP25.py;linenumber=5;columnnumber=2;code=FL301;]"
        "engine-outside-lifespan: 50 %AZP25 lost\n"
    )


def test_nothing_found() -> None:
    assert render(report(), "gitlab") == "[]\n"
    assert render(report(), "pylint") == render(report(), "azure") == ""
    assert json.loads(render(report(), "rdjson"))["diagnostics"] == []
