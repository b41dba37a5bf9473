"""The catalogue, the documentation, the fixtures, the changelog and the reserved codes say the same."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Finding, Severity
from fastapi_lint.core.span import Location, Span
from fastapi_lint.knowledge.versions import Target, Ternary
from fastapi_lint.rules.catalogue import BUILT_IN, all_rules, entries, find_rule, rule_names
from fastapi_lint.rules.rule import LAYERS, Context, Rule
from tools.docstring import REQUIRED, SECTIONS, sections

ROOT = Path(__file__).parent.parent
RULES = ROOT / "fastapi_lint" / "rules"
MODULES = {path.relative_to(ROOT) for layer in LAYERS for path in (RULES / layer).glob("*.py")}
MODULES = {path for path in MODULES if path.name != "__init__.py"}

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)


def codes() -> dict[str, list[str]]:
    lines = (ROOT / "docs/rules/codes.txt").read_text(encoding="utf-8").splitlines()
    given = [line.split() for line in lines if line and not line.startswith("#")]
    assert len({code for code, *_ in given}) == len(given), "a code was given out twice"
    return {code: rest for code, *rest in given}


def made(module: str = "fastapi_lint.rules.lifespan.some_rule", **changes: object) -> Rule[int]:
    values = {"code": "FL301", "severity": Severity.WARNING, "since": "0.1", **changes}
    return Rule(module, over=int, **values)  # type: ignore[arg-type]


def copied_package(folder: Path) -> Path:
    shutil.copytree(ROOT / "fastapi_lint", folder / "fastapi_lint", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "fastapi_lint" / "rules"


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=folder)


def test_every_rule_file_is_in_the_catalogue() -> None:
    folders = {path.parent for path in RULES.glob("*/*.py")}
    assert {folder.name for folder in folders} <= LAYERS.keys()
    assert all((folder / "__init__.py").is_file() for folder in folders)
    assert {Path(rule.module.replace(".", "/") + ".py") for rule in all_rules()} == MODULES


def test_rules_are_sorted_and_named() -> None:
    listed = [rule.code for rule in entries()]
    assert listed == sorted(listed)
    assert list(rule_names()) == listed
    assert list(rule_names().values()) == [rule.name for rule in entries()]


def test_every_code_is_reserved_and_every_reserved_code_is_used_or_retired() -> None:
    reserved = codes()
    assert {code: [name] for code, name in rule_names().items()} == {
        code: rest for code, rest in reserved.items() if "retired" not in rest[1:]
    }


@each_rule
def test_a_rule_is_documented(rule: Rule[object]) -> None:
    first = rule.documentation.partition("\n")[0]
    assert re.fullmatch(r"[A-Z].{9,97}[^.]\.", first), "the first line is one sentence of 12 to 100 characters"
    assert not re.search(r"[.!?] [A-Z]", first), "the first line is one sentence"
    assert not rule.summary.endswith(".")
    found = list(sections(rule.documentation))
    assert found == [section for section in SECTIONS if section in found], "unknown section, or out of order"
    assert set(REQUIRED) <= set(found)
    assert all(sections(rule.documentation).values()), "an empty section"


@each_rule
def test_a_rule_has_a_page_fixtures_and_a_line_in_the_changelog(rule: Rule[object]) -> None:
    assert (ROOT / "docs/rules" / f"{rule.name}.md").is_file()
    fixtures = ROOT / "tests/fixtures" / rule.layer / rule.name.replace("-", "_")
    assert fixtures.is_dir()
    text = "".join(path.read_text(encoding="utf-8") for path in fixtures.rglob("*") if path.is_file())
    assert f"expect: {rule.code}" in text, "no fixture expects a finding of this rule"
    assert any("expect:" not in path.read_text(encoding="utf-8") for path in fixtures.rglob("good*.py"))
    assert f"`{rule.name}` ({rule.code})" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_fixture_folder_belongs_to_a_rule() -> None:
    folders = {path.relative_to(ROOT / "tests/fixtures") for path in (ROOT / "tests/fixtures").glob("[!_]*/[!_]*")}
    assert folders == {Path(rule.layer, rule.name.replace("-", "_")) for rule in all_rules()}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.code)
def test_an_entry_is_found_by_code_and_by_name_in_any_spelling(entry: Rule[object]) -> None:
    for text in (entry.code, entry.code.lower(), entry.name, entry.name.upper(), entry.name.replace("-", "_")):
        assert find_rule(f" {text} ") is entry
    assert entry.url == f"https://fastapi-lint.readthedocs.io/rules/{entry.name}/"
    assert entry.summary
    assert not entry.summary.endswith(".")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("unused-supression", "did you mean `unused-suppression`"),
        ("fl00", "`FL000`"),
        ("qqqqqqqqqqqqqqqqqqqqqqqqqq", "`fastapi-lint rules` lists them"),
        ("", "`fastapi-lint rules` lists them"),
    ],
)
def test_an_unknown_rule_gets_a_hint(text: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find_rule(text)
    assert f"`{text}`" in caught.value.message
    assert hint in caught.value.hint


def test_a_rule_is_named_after_its_file() -> None:
    rule = made()
    assert (rule.name, rule.layer, rule.code) == ("some-rule", "lifespan", "FL301")
    assert (rule.versions, rule.default, dict(rule.options)) == ("", True, {})
    assert rule.url == "https://fastapi-lint.readthedocs.io/rules/some-rule/"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "FL401"}, "no code of lifespan"),
        ({"code": "FL3001"}, "the form of a code"),
        ({"code": "XX301"}, "the form of a code"),
        ({"code": "FL001"}, "the form of a code"),
        ({"since": "soon"}, "the form of `since`"),
        ({"versions": "0.93"}, "the form of `versions`"),
        ({"versions": ">=0.93,"}, "the form of `versions`"),
        ({"module": "fastapi_lint.rules.nowhere.some_rule"}, "no module of a rule"),
        ({"module": "fastapi_lint.rules.lifespan.SomeRule"}, "no module of a rule"),
        ({"module": "__main__"}, "no module of a rule"),
    ],
)
def test_a_malformed_rule_is_refused(changes: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made(**changes)


@pytest.mark.parametrize(
    ("versions", "at", "answer"),
    [
        ("", "0.92.0", Ternary.YES),
        (">=0.93", "0.92.0", Ternary.NO),
        (">=0.93", "0.93.0", Ternary.YES),
        ("<0.106,>=0.93", "0.105.0", Ternary.YES),
        ("starlette>=1.0", "0.115.14", Ternary.NO),
        ("starlette>=1.0", "0.150.0", Ternary.MAYBE),
    ],
)
def test_a_rule_holds_in_its_versions(versions: str, at: str, answer: Ternary) -> None:
    assert made(versions=versions).applies_to(Target.pinned({"fastapi": at})) is answer


def test_a_rule_judges_entities_of_its_type_with_its_one_check() -> None:
    rule, context = made(), Context(Target.of({}), {"strict": True})
    with pytest.raises(TypeError, match="cannot judge int"):
        rule.run(1, context)
    finding = Finding(Location("a.py", Span(0, 1)), "text")

    def check(entity: int, given: Context):
        assert given.flag("strict")
        yield from [finding] * entity

    assert rule.check(check) is check
    assert list(rule.run(2, context)) == [finding, finding]
    with pytest.raises(TypeError, match="cannot judge str"):
        rule.run("two", context)
    with pytest.raises(ValueError, match="two check functions"):
        rule.check(check)


def test_built_in_codes_have_no_file_and_stand_before_all_layers() -> None:
    assert [entry.code for entry in BUILT_IN] == ["FL000", "FL001", "FL002"]
    assert not {entry.name for entry in BUILT_IN} & {rule.name for rule in all_rules()}


def test_listing_the_rules_loads_no_parser() -> None:
    code = (
        "import sys; from fastapi_lint.rules.catalogue import *;"
        "[(r.summary, r.documentation) for r in entries()]; find_rule('FL000'); rule_names();"
        "print(sorted({'libcst', 'click', 'ruamel', 'tree_sitter', 'packaging'} & sys.modules.keys()))"
    )
    assert python(code, ROOT).stdout == "[]\n"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"lifespan/one.py": "FL399", "lifespan/two.py": "FL399"}, "two rules have one code or name: FL399"),
        ({"lifespan/one.py": "FL399", "server/one.py": "FL199"}, "two rules have one code or name: one"),
        ({"lifespan/one.py": ""}, "fastapi_lint.rules.lifespan.one holds no RULE of its own"),
    ],
)
def test_a_broken_catalogue_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    rules = copied_package(tmp_path)
    for path, code in files.items():
        text = "from fastapi_lint.core.finding import Severity\nfrom fastapi_lint.rules.rule import Rule\n"
        text += f"RULE = Rule(__name__, code='{code}', over=int, severity=Severity.INFO, since='0.1')\n"
        (rules / path).write_text(text if code else "", encoding="utf-8")
    done = python("from fastapi_lint.rules.catalogue import all_rules; all_rules()", tmp_path)
    assert done.stderr.strip().endswith(f"ValueError: {message}")


def test_a_rule_that_mends_says_how_safely_and_no_other_speaks_of_a_fix() -> None:
    for rule in all_rules():
        section = rule.documentation.partition("## Fix safety\n")[2].partition("\n## ")[0]
        assert ("The fix" in section or "the fix" in section) is rule.is_repairing, rule.name
        assert ("unsafe" in section) is (rule.mends == "unsafe"), rule.name
