"""`rules`, `explain`, `--version` and `--help`."""

from __future__ import annotations

import json
import re

import pytest

from fastapi_lint import __version__
from fastapi_lint.cli.entry import main
from fastapi_lint.rules.catalogue import entries

Capture = pytest.CaptureFixture[str]


def test_rules_has_a_line_for_each(capsys: Capture) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [[rule.code, rule.name, rule.severity.value] for rule in entries()]


def test_rules_as_json(capsys: Capture) -> None:
    assert main(["rules", "--output-format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [rule["code"] for rule in found] == [rule.code for rule in entries()]
    assert found[0] == {
        "code": "FL000",
        "name": "unreadable-file",
        "severity": "error",
        "layer": None,
        "since": "0.1",
        "versions": None,
        "default": True,
        "preview": None,
        "fix": None,
        "summary": "A file that cannot be read or parsed",
        "url": "https://fastapi-lint.readthedocs.io/rules/unreadable-file/",
        "explanation": entries()[0].documentation,
    }


@pytest.mark.parametrize("spelling", ["FL000", "fl000", "unreadable-file", "unreadable_file"])
def test_explain(spelling: str, capsys: Capture) -> None:
    assert main(["explain", spelling]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "FL000 unreadable-file\nerror, since 0.1\nhttps://fastapi-lint.readthedocs.io/rules/unreadable-file/\n\n"
    )
    assert "## Why it is bad" in out


def test_explain_an_unknown_rule(capsys: Capture) -> None:
    assert main(["explain", "unredable-file"]) == 2
    assert capsys.readouterr().err == (
        "error: no rule has the code or name `unredable-file`\nhint: did you mean `unreadable-file`?\n"
    )


def test_every_rule_can_be_explained(capsys: Capture) -> None:
    for rule in entries():
        assert main(["explain", rule.code]) == 0
        assert rule.summary in capsys.readouterr().out


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fastapi-lint {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"], ["rules", "-h"], ["explain", "-h"]])
def test_help(arguments: list[str], capsys: Capture) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("Usage: fastapi-lint ")


def test_no_command_shows_the_help_as_an_error(capsys: Capture) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(r"Commands:\n  check +Check a project\.\n", err)
