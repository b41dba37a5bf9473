"""Writes the documentation of the rules from their docstrings, and the readme's sample of a report: `make docs`.

With `--check` nothing is written; the names of stale pages are printed and the exit code is 1 where there are any.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.engine.run import Request, run
from fastapi_lint.report.render import render
from fastapi_lint.rules.catalogue import BUILT_IN, BuiltIn, all_rules, entries
from fastapi_lint.rules.rule import LAYERS, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER: Final = Path("docs/rules")
README: Final = Path("README.md")
_NOTICE: Final = "<!-- Written by `make docs` from the rule's docstring: change it there. -->"
_TITLES: Final = MappingProxyType({"asgi": "ASGI"})
_BEGIN: Final = "<!-- The rules: written by `make docs`. -->\n"
_END: Final = "<!-- The end of the rules. -->\n"
_SAMPLE_BEGIN: Final = "<!-- The sample: written by `make docs`. -->\n"
_SAMPLE_END: Final = "<!-- The end of the sample. -->\n"
_SAMPLE: Final = (("FL401", 0), ("FL101", 0))
"""The findings of the example that the readme shows: the code, and which one of that code."""


def pages(root: Path) -> Mapping[Path, str]:
    """Return the text of every generated file by its path below `root`; the readme keeps all but its table of rules."""
    texts = {FOLDER / f"{entry.name}.md": _page(entry) for entry in entries()}
    table = "\n".join(_table(all_rules(), f"{FOLDER}/"))
    readme = _between(_read(root / README), _BEGIN, f"{table}\n", _END)
    readme = _between(readme, _SAMPLE_BEGIN, f"```text\n{_sample(root)}```\n", _SAMPLE_END)
    return {FOLDER / "index.md": _index(), **texts, README: readme}


def stale(root: Path) -> list[Path]:
    """Return the paths of generated files that are missing, outdated or no longer belong to a rule, sorted."""
    wanted = pages(root)
    outdated = [path for path, text in wanted.items() if not (root / path).is_file() or _read(root / path) != text]
    return sorted([*outdated, *_left_over(root, wanted)])


def write(root: Path) -> None:
    """Make the generated files below `root` what they should be."""
    wanted = pages(root)
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        (root / path).write_text(text, encoding="utf-8")
    for path in _left_over(root, wanted):
        (root / path).unlink()


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` compare them; return the exit code."""
    if arguments != ["--check"]:
        write(Path())
        return 0
    outdated = stale(Path())
    for path in outdated:
        print(f"{path} is stale: run `make docs`")
    return 1 if outdated else 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _between(text: str, begin: str, new: str, end: str) -> str:
    head, _, rest = text.partition(begin)
    return f"{head}{begin}\n{new}\n{end}{rest.partition(end)[2]}"


def _sample(root: Path) -> str:
    """Return some findings of the example as a terminal shows them, but for the colours."""
    report = run(Request(paths=("examples/shop",), directory=root))
    found = [[one for one in report.diagnostics if one.code == code][number] for code, number in _SAMPLE]
    return render(replace(report, diagnostics=tuple(found)), "text", quiet=True)


def _left_over(root: Path, wanted: Mapping[Path, str]) -> list[Path]:
    found = (path.relative_to(root) for path in (root / FOLDER).glob("*.md"))
    return [path for path in found if path not in wanted]


def _page(entry: Rule[object] | BuiltIn) -> str:
    header = "| Code | Severity | Runs | Fix | Since | Versions |\n|---|---|---|---|---|---|\n"
    cells = (entry.code, entry.severity.value, _runs(entry), entry.mends or "none", entry.since, _versions(entry))
    row = f"| {' | '.join(cells)} |\n"
    return f"{_NOTICE}\n\n# {entry.name} ({entry.code})\n\n{header}{row}\n{_body(entry)}"


def _body(entry: Rule[object] | BuiltIn) -> str:
    preview = f"\n## Preview\n\n{entry.preview}\n" if entry.preview else ""
    options = "".join(_options(entry)) if isinstance(entry, Rule) else ""
    return f"{entry.documentation.rstrip()}\n{preview}{options}"


def _options(rule: Rule[object]) -> Iterator[str]:
    if not rule.options:
        return
    yield f"\n## Options\n\nIn `[tool.fastapi-lint.{rule.name}]`:\n\n| Option | Default |\n|---|---|\n"
    for name, default in rule.options.items():
        yield f"| `{name}` | `{str(default).lower() if isinstance(default, bool) else repr(default)}` |\n"


def _runs(entry: Rule[object] | BuiltIn) -> str:
    if entry.preview:
        return "with `--preview`"
    return "by default" if entry.default else "when selected"


def _versions(entry: Rule[object] | BuiltIn) -> str:
    if not entry.versions:
        return "all"
    text = entry.versions if entry.versions.startswith("starlette") else f"fastapi{entry.versions}"
    return f"`{text}`"


def _index() -> str:
    parts = [_NOTICE, "", "# Rules", ""]
    parts += ["Every rule has a code and a name; either selects or suppresses it.", ""]
    for layer in LAYERS:
        rules = [rule for rule in all_rules() if rule.layer == layer]
        if rules:
            parts += [f"## {_TITLES.get(layer, layer.capitalize())}", "", *_table(rules), ""]
    parts += ["## The linter itself", "", *_table(BUILT_IN)]
    return "\n".join(parts) + "\n"


def _table(rows: Sequence[Rule[object] | BuiltIn], folder: str = "") -> Iterator[str]:
    yield "| Code | Name | Says | Severity | Runs | Fix | Versions |"
    yield "|---|---|---|---|---|---|---|"
    for entry in rows:
        link = f"[{entry.name}]({folder}{entry.name}.md)"
        fix = entry.mends or "none"
        cells = (entry.code, link, entry.summary, entry.severity.value, _runs(entry), fix, _versions(entry))
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
