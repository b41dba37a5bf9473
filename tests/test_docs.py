"""The documentation is fresh, its examples are what it says they are, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.config.schema import Reader
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.engine.run import Request, run
from fastapi_lint.report.render import FORMATS
from fastapi_lint.rules.catalogue import all_rules, rule_names
from tools.docstring import Example, examples, sections
from tools.generate_docs import stale

if TYPE_CHECKING:
    from fastapi_lint.rules.rule import Rule

ROOT = Path(__file__).parent.parent
PAGES = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "rules"]
PAGES += [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs/rules/index.md"]

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.name}-{section.lower()}-{example.number}")
    for rule in all_rules()
    for section in ("Bad", "Good")
    for example in examples(rule.documentation, section)
]


def test_generated_pages_are_fresh() -> None:
    assert stale(ROOT) == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
@pytest.mark.parametrize("section", ["Bad", "Good"])
def test_a_rule_shows_bad_and_good_code(rule: Rule[object], section: str) -> None:
    assert list(examples(rule.documentation, section))


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_is_found_bad_or_good(rule: Rule[object], example: Example, tmp_path: Path) -> None:
    for name, text in example.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = run(
        Request(
            paths=(str(tmp_path),),
            directory=tmp_path,
            select=(rule.code,),
            ignore=(),
            extend_select=(),
            target_version=(),
            jobs=1,
            config=None,
            isolated=False,
            show_possible=False,
            progress=None,
        )
    )
    assert report.failures == ()
    assert report.skipped == ()
    found = {diagnostic.code for diagnostic in report.diagnostics}
    assert found == ({rule.code} if example.section == "Bad" else set())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_sample_in_the_readme_is_what_the_demo_prints() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    findings = re.search(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1].split("\n\n")
    command = [sys.executable, "-m", "fastapi_lint", "check", "examples/shop", "--color", "never"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 1, done.stderr
    assert len(findings) == 2
    assert [finding for finding in findings if finding.strip() not in done.stdout] == []


def toml_blocks() -> list[str]:
    texts = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/configuration.md"))
    return [block for text in texts for block in re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


@pytest.mark.parametrize("text", toml_blocks())
def test_settings_that_are_shown_are_accepted(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    options = {rule.name: rule.options for rule in all_rules()}
    assert load_settings(tmp_path, rule_names(), options=options, formats=FORMATS) != Settings()


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    keys = set(Reader({}, {}, {}, ())._readers)
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == keys


class TestDocstrings:
    """The reading of a rule's docstring."""

    text = """Summary.

## What it does

Flags it.

## Bad

```python
## Good
x = 1
```

and in two files:

```python
# file: app/main.py
y = 2
# file: Dockerfile
CMD run
```

## Good

```dockerfile
CMD other
```
"""

    def test_sections(self) -> None:
        assert list(sections(self.text)) == ["What it does", "Bad", "Good"]
        assert sections(self.text)["What it does"] == "Flags it."

    def test_examples(self) -> None:
        first, second = examples(self.text, "Bad")
        assert first == Example("Bad", 1, {"main.py": "## Good\nx = 1\n"})
        assert second == Example("Bad", 2, {"app/main.py": "y = 2\n", "Dockerfile": "CMD run\n"})
        assert list(examples(self.text, "Good")) == [Example("Good", 1, {"Dockerfile": "CMD other\n"})]
        assert list(examples(self.text, "Fix safety")) == []
