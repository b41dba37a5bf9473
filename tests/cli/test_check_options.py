"""`check`: what it asks the engine, what it prints where, and its exit codes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.cli.entry import main
from fastapi_lint.core.errors import ConfigError, RuleCrash
from fastapi_lint.core.finding import Failure, Report, Severity, Skipped, Source
from fastapi_lint.report.render import FORMATS
from tests.report.hostile import raw_controls
from tests.report.samples import diagnostic, place, report

if TYPE_CHECKING:
    from tests.cli.conftest import Engine

Capture = pytest.CaptureFixture[str]
WHERE = place("app/main.py", 5, 1, 7)
ONE = report(diagnostic(WHERE), lines={"app/main.py": {5: "engine = create_engine(URL)"}})
CRASHED = replace(ONE, failures=(Failure("engine-outside-lifespan", "GET /x\x1b[2J", "KeyError: 'a'"),))


def graded(severity: Severity, code: str = "FL301") -> Report:
    return report(diagnostic(WHERE, severity=severity, code=code))


def test_the_request_without_options(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    main(["check"])
    (request,) = engine.requests
    assert request.paths == (".",)
    assert request.directory == Path.cwd()
    assert request.select is None
    assert request.ignore == request.extend_select == request.target_version == ()
    assert request.jobs is request.config is None
    assert (request.isolated, request.preview, request.show_possible) == (False, False, False)


def test_the_request_with_every_option(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app").mkdir()
    Path("lint.toml").touch()
    rules = ["--select", "FL3, FL401,", "--select=FL5", "--ignore", "FL301", "--extend-select", "FL9"]
    targets = ["--target-version", "fastapi=0.115", "--target-version", "starlette=0.40"]
    main(["check", "app", ".", *rules, *targets, "-j", "2", "--config", "lint.toml", "--preview", "--show-possible"])
    (request,) = engine.requests
    assert request.paths == ("app", ".")
    assert request.select == ("FL3", "FL401", "FL5")
    assert request.ignore == ("FL301",)
    assert request.extend_select == ("FL9",)
    assert request.target_version == ("fastapi=0.115", "starlette=0.40")
    assert request.jobs == 2
    assert request.config == Path("lint.toml")
    assert request.preview
    assert request.show_possible
    main(["check", "--isolated"])
    assert engine.requests[1].isolated


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder in use cannot be removed")
def test_a_folder_that_is_gone(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["check", str(tmp_path)]) == 2
    assert "the current folder cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "options", "code"),
    [
        (report(), [], 0),
        (Report(()), [], 0),
        (graded(Severity.ERROR), [], 1),
        (graded(Severity.WARNING), [], 1),
        (graded(Severity.INFO), [], 0),
        (graded(Severity.INFO), ["--fail-on", "info"], 1),
        (graded(Severity.WARNING), ["--fail-on", "error"], 0),
        (graded(Severity.ERROR), ["--fail-on", "error"], 1),
        (graded(Severity.INFO, "FL000"), ["--fail-on", "error"], 1),
        (graded(Severity.ERROR), ["--exit-zero"], 0),
        (replace(graded(Severity.INFO), fail_on=Severity.INFO), [], 1),
        (replace(graded(Severity.WARNING), fail_on=Severity.ERROR), [], 0),
        (replace(graded(Severity.WARNING), fail_on=Severity.ERROR), ["--fail-on", "warning"], 1),
        (CRASHED, [], 3),
        (CRASHED, ["--exit-zero"], 3),
        (ConfigError("m"), [], 2),
        (RuleCrash("r", "e", "m"), [], 3),
        (RuntimeError("m"), [], 3),
        (KeyboardInterrupt(), [], 130),
    ],
)
def test_exit_codes(engine: Engine, answer: Report | BaseException, options: list[str], code: int) -> None:
    engine.answer = answer
    assert main(["check", *options]) == code


@pytest.mark.parametrize("output_format", FORMATS)
def test_findings_go_to_standard_output(engine: Engine, output_format: str, capsys: Capture) -> None:
    engine.answer = ONE
    assert main(["check", "--output-format", output_format]) == 1
    out, err = capsys.readouterr()
    assert "engine" in out
    assert err == ""
    assert "\x1b" not in out


def test_the_settings_choose_the_format_where_the_command_line_does_not(engine: Engine, capsys: Capture) -> None:
    engine.answer = replace(ONE, output_format="sarif")
    main(["check"])
    assert "runs" in json.loads(capsys.readouterr().out)
    main(["check", "--output-format", "json"])
    assert isinstance(json.loads(capsys.readouterr().out), list)
    main(["check", "--statistics"])  # SARIF has none
    assert capsys.readouterr().out.startswith("1  FL301  engine-outside-lifespan\n")


def test_sarif_describes_the_rules(engine: Engine, capsys: Capture) -> None:
    engine.answer = graded(Severity.ERROR, "FL000")
    main(["check", "--output-format", "sarif"])
    (rule,) = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    assert rule["name"] == "unreadable-file"
    assert rule["help"]["text"].startswith("A file that cannot be read or parsed.")


def test_configuration_errors_are_shown_with_a_hint(engine: Engine, capsys: Capture) -> None:
    engine.answer = ConfigError("no rule has the code `FL\x1b[2J`", "did you mean\n::error:: `FL301`?")
    assert main(["check", "--select", "FL"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: no rule has the code `FL\\x1b[2J`\nhint: did you mean\\n::error:: `FL301`?\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--output-format", "txt"], "'txt' is not one of"),
        (["check", "no/such/path"], "no/such/path does not exist"),
        (["check", "--config", "nowhere.toml"], "'nowhere.toml' does not exist"),
        (["check", "--jobs", "0"], "0 is not in the range"),
        (["check", "--quiet", "--verbose"], "--quiet and --verbose exclude each other"),
        (["check", "--isolated", "--config", __file__], "--isolated and --config exclude each other"),
        (["check", "--statistics", "--output-format", "sarif"], "--statistics has no sarif format"),
        (["check", "--output-format", "gitlb"], "Did you mean `gitlab`?"),
        (["check", "--output-format", "json:"], "names no file"),
        (["check", "--output-format", "json", "--output-format", "text"], "two reports cannot go to standard output"),
        (["check", "--output-format", "json:a", "--output-format", "text", "-o", "./a"], "two reports cannot go to a"),
        (["check", "--output-format", "json:no/such/folder/out.json"], "its folder does not exist"),
        (["check", "--output-file", "no/such/folder/out.json"], "its folder does not exist"),
        (["check", "--output-file", "."], "it is a folder"),
        (["check", "--selct", "FL3"], "No such option"),
        (["chek"], "no such command `chek`"),
        (["x\n::error::y\x1b[2J"], r"x\n::error::y\x1b[2J"),
    ],
)
def test_wrong_usage(engine: Engine, arguments: list[str], message: str, capsys: Capture) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert message in err
    assert "hint: " in err
    assert raw_controls(err) == []
    assert not any(line.startswith("::") for line in err.split("\n"))
    assert engine.requests == []


def test_hints_of_wrong_commands(tmp_path: Path, capsys: Capture) -> None:
    main(["chek"])
    assert "did you mean `check`?" in capsys.readouterr().err
    main([str(tmp_path)])
    assert f"did you mean `fastapi-lint check {tmp_path}`?" in capsys.readouterr().err
    main(["wholly-different"])
    assert "the commands are check, trace, rules, explain" in capsys.readouterr().err


def test_a_crashed_rule_is_named_even_to_the_quiet(engine: Engine, capsys: Capture) -> None:
    engine.answer = CRASHED
    main(["check", "--quiet", "--output-format", "json"])
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == 1
    assert "error: rule engine-outside-lifespan crashed on GET /x\\x1b[2J: KeyError: 'a'" in err


def test_an_internal_error_shows_its_trace_only_when_asked(engine: Engine, capsys: Capture) -> None:
    engine.answer = ValueError("odd\x1b[2J")
    main(["check"])
    err = capsys.readouterr().err
    assert "ValueError: odd\\x1b[2J" in err
    assert "Traceback" not in err
    main(["check", "--verbose"])
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert raw_controls(err) == []


def test_quiet_prints_the_findings_and_nothing_else(engine: Engine, capsys: Capture) -> None:
    engine.answer = replace(ONE, warnings=("w",), skipped=(Skipped("a.py", "larger than 1 MiB"),))
    main(["check", "--quiet", "--output-format", "concise"])
    out, err = capsys.readouterr()
    assert out == "app/main.py:5:1: FL301 [warning] `engine` is made at import and never disposed\n"
    assert err == ""


def test_verbose_tells_what_was_taken_from_where(engine: Engine, capsys: Capture) -> None:
    engine.answer = replace(
        ONE,
        entries=(Source("module", "app.main", "Dockerfile:3"),),
        deployments=(Source("uvicorn", "app.main:app, 4 workers", "Dockerfile:3"),),
        skipped=(Skipped("a.py\x1b", "larger than 1 MiB"),),
        warnings=("two settings files",),
    )
    main(["check", "--verbose"])
    assert capsys.readouterr().err == (
        "warning: two settings files\n"
        "Applications:\n  - FastAPI app.main:app (app/main.py:3)\n"
        "Entry points:\n  - module app.main (Dockerfile:3)\n"
        "Targets:\n  - fastapi 0.115.2 (uv.lock)\n  - starlette 0.40.0 (uv.lock)\n"
        "Deployments:\n  - uvicorn app.main:app, 4 workers (Dockerfile:3)\n"
        "Skipped files:\n  - a.py\\x1b: larger than 1 MiB\n"
    )


def test_an_empty_machine_report_does_not_pass_for_a_clean_project(engine: Engine, capsys: Capture) -> None:
    engine.answer = Report((), files=("a.py",), skipped=(Skipped("b.py", "larger than 1 MiB"),))
    assert main(["check", "--output-format", "json"]) == 0
    out, err = capsys.readouterr()
    assert out == "[]\n"
    assert err == (
        "warning: No FastAPI or Starlette application found in 1 file.\n"
        "warning: Skipped 1 file: larger than 1 MiB (1).\n"
    )


def test_statistics(engine: Engine, capsys: Capture) -> None:
    engine.answer = ONE
    assert main(["check", "--statistics"]) == 1
    assert capsys.readouterr().out.startswith("1  FL301  engine-outside-lifespan\nFound 1 finding (1 warning)")
    main(["check", "--statistics", "--output-format", "json"])
    assert json.loads(capsys.readouterr().out) == [{"code": "FL301", "name": "engine-outside-lifespan", "count": 1}]


def test_colors(engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    engine.answer = ONE
    main(["check", "--color", "always"])
    assert "\x1b[1;33mFL301\x1b[0m" in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["check"])
    assert "\x1b[1;33mFL301\x1b[0m" in capsys.readouterr().out
    main(["check", "--color", "never"])
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["check"])
    assert "\x1b" not in capsys.readouterr().out


def test_output_file(engine: Engine, tmp_path: Path, capsys: Capture) -> None:
    engine.answer = ONE
    path = tmp_path / "out.json"
    assert main(["check", "--output-format", "json", "--output-file", str(path)]) == 1
    assert json.loads(path.read_text(encoding="utf-8"))[0]["code"] == "FL301"
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "Found 1 finding (1 warning) in 2 files.\n"
    main(["check", "--output-format", "concise", "-q", "-o", "-"])
    assert capsys.readouterr().out.startswith("app/main.py:5:1: FL301")


def test_several_formats(engine: Engine, tmp_path: Path, capsys: Capture) -> None:
    engine.answer = ONE
    sarif, lines = tmp_path / "a:b.sarif", tmp_path / "out.jsonl"
    formats = ["--output-format", f"sarif:{sarif}", "--output-format", "concise", "--output-format", f"jsonl:{lines}"]
    assert main(["check", *formats]) == 1
    assert json.loads(sarif.read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert json.loads(lines.read_text(encoding="utf-8"))["code"] == "FL301"
    out, err = capsys.readouterr()
    assert out.startswith("app/main.py:5:1: FL301")
    assert err == ""
    assert main(["check", "--output-format", f"sarif:{sarif}", "-o", str(lines)]) == 1
    assert lines.read_text(encoding="utf-8").startswith("FL301 [warning]")
    assert capsys.readouterr() == ("", "Found 1 finding (1 warning) in 2 files.\n")


def test_forced_colors_do_not_reach_a_file(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.answer = ONE
    monkeypatch.setenv("FORCE_COLOR", "1")
    path = tmp_path / "out.txt"
    main(["check", "-o", str(path)])
    assert "\x1b" not in path.read_text(encoding="utf-8")
