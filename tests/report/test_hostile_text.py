"""No text of the checked project does anything but be read, in any format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.report.render import FORMATS, TEXT_FORMATS, render
from fastapi_lint.report.sanitize import glyphs, sanitize, sanitize_path, without_surrogates
from fastapi_lint.report.summary import notices, overview
from tests.report.hostile import TEXT, commands, raw_controls, reports
from tests.report.samples import diagnostic, note, place, report

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Report


@given(reports, st.sampled_from(sorted(TEXT_FORMATS)), st.booleans(), st.booleans(), st.integers(1, 200) | st.none())
def test_text_formats_hold_no_raw_control(
    hostile: Report, output_format: str, color: bool, links: bool, width: int | None
) -> None:
    shown = render(hostile, output_format, color=color, links=links, width=width)
    assert raw_controls(shown) == []
    assert commands(shown) == []
    shown.encode("utf-8")
    assert shown.endswith("\n")


@given(reports)
def test_text_beside_the_findings_holds_no_raw_control(hostile: Report) -> None:
    shown = overview(hostile) + "\n".join(notices(hostile))
    assert raw_controls(shown) == []
    assert commands(overview(hostile)) == []
    shown.encode("utf-8")


@given(reports)
def test_github_has_one_command_a_finding(hostile: Report) -> None:
    shown = render(hostile, "github")
    assert raw_controls(shown) == []
    lines = shown.split("\n")[:-1]
    assert len(lines) == len(hostile.diagnostics)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    for line, item in zip(lines, hostile.diagnostics, strict=True):
        properties, _, _ = line.partition(" ")[2].partition("::")
        named = dict(pair.split("=", 1) for pair in properties.split(","))
        assert list(named) == ["title", "file", "line", "endLine", "col", "endColumn"]
        decoded = named["file"].replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        assert decoded == sanitize(item.place.filename)


@given(reports, st.sampled_from(["json", "jsonl", "sarif", "gitlab", "rdjson"]))
def test_json_formats_are_printable_ascii(hostile: Report, output_format: str) -> None:
    shown = render(hostile, output_format)
    assert all(" " <= character <= "~" or character == "\n" for character in shown)
    assert commands(shown) == []
    for text in shown.splitlines() if output_format == "jsonl" else [shown]:
        json.loads(text)


@given(reports)
def test_junit_is_xml_of_one_element_a_finding(hostile: Report) -> None:
    shown = render(hostile, "junit")
    assert raw_controls(shown) == []
    assert commands(shown) == []
    failed = [case for case in ET.fromstring(shown).iter("testcase") if case.find("failure") is not None]
    assert len(failed) == len(hostile.diagnostics)


@given(reports)
def test_azure_has_one_command_a_finding(hostile: Report) -> None:
    lines = render(hostile, "azure").split("\n")[:-1]
    assert len(lines) == len(hostile.diagnostics)
    for line, item in zip(lines, hostile.diagnostics, strict=True):
        assert raw_controls(line) == []
        assert line.startswith("##vso[task.logissue ")
        properties, _, message = line.removeprefix("##vso[task.logissue ").partition("]")
        assert commands(message) == []
        named = dict(pair.split("=", 1) for pair in properties.split(";")[:-1])
        assert list(named) == ["type", "sourcepath", "linenumber", "columnnumber", "code"]
        decoded = named["sourcepath"].replace("%5D", "]").replace("%3B", ";").replace("%AZP25", "%")
        assert decoded == sanitize(item.place.filename)


@given(reports)
def test_pylint_has_one_line_a_finding(hostile: Report) -> None:
    shown = render(hostile, "pylint")
    assert raw_controls(shown) == []
    assert commands(shown) == []
    assert shown.count("\n") >= len(hostile.diagnostics)


@given(reports)
def test_json_keeps_every_text(hostile: Report) -> None:
    objects = json.loads(render(hostile, "json"))
    assert objects == [json.loads(line) for line in render(hostile, "jsonl").splitlines()]
    for item, shown in zip(hostile.diagnostics, objects, strict=True):
        assert shown["message"] == without_surrogates(item.message)
        assert shown["filename"] == without_surrogates(item.place.filename)
        assert [found["message"] for found in shown["notes"]] == [without_surrogates(n.message) for n in item.notes]


@given(TEXT)
def test_sanitizing_changes_only_what_it_must(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)
    assert "".join(glyphs(text)).replace("\t", r"\t") == sanitize(text)
    assert len(glyphs(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain `text` é 日本", "plain `text` é 日本"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\x9b\x7f", r"\x9b\x7f"),
        ("\u202ex\u2069", r"\u202ex\u2069"),
        ("\udce9.py", r"\udce9.py"),
        ("# ##[error] ##vso[x] ## [x] ##x[", r"# #\x23[error] #\x23vso[x] ## [x] ##x["),
    ],
)
def test_escapes_are_visible(text: str, shown: str) -> None:
    assert sanitize(text) == shown


@pytest.mark.parametrize("path", ["::error::x.py", " ::error::x.py", ":", "\u00a0::x"])
def test_a_path_is_no_workflow_command(path: str) -> None:
    assert sanitize_path(path) == f"./{path}"


@pytest.mark.parametrize("output_format", FORMATS)
def test_hostile_names_in_every_format(output_format: str) -> None:
    name = "x\n::error file=x::pwn\x1b]0;\x07\udcff.py"
    shown = render(
        report(diagnostic(place(name, 1, 1, 2), "m", note(name, 2, 1, 2, "n")), lines={name: {1: "\x1b[2J"}}),
        output_format,
    )
    assert raw_controls(shown) == []
    shown.encode("utf-8")
    assert sum(line.startswith("::") for line in shown.split("\n")) == (output_format == "github")
