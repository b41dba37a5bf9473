"""Writes the documentation of the rules from their docstrings: `make docs`.

With `--check` nothing is written; the names of stale pages are printed and the exit code is 1 where there are any.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.rules.catalogue import BUILT_IN, BuiltIn, all_rules, entries
from fastapi_lint.rules.rule import LAYERS, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER: Final = Path("docs/rules")
_NOTICE: Final = "<!-- Written by `make docs` from the rule's docstring: change it there. -->"


def pages() -> Mapping[str, str]:
    """Return the text of every generated page by file name."""
    texts = {f"{entry.name}.md": _page(entry) for entry in entries()}
    return {"index.md": _index(), **texts}


def stale(folder: Path) -> list[str]:
    """Return the names of pages in `folder` that are missing, outdated or no longer belong to a rule, sorted."""
    wanted = pages()
    outdated = {
        name
        for name, text in wanted.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    }
    return sorted(outdated | {path.name for path in folder.glob("*.md") if path.name not in wanted})


def write(folder: Path) -> None:
    """Make the pages in `folder` exactly the generated ones; other kinds of files stay."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them; return the exit code."""
    if arguments != ["--check"]:
        write(FOLDER)
        return 0
    outdated = stale(FOLDER)
    for name in outdated:
        print(f"{FOLDER / name} is stale: run `make docs`")
    return 1 if outdated else 0


def _page(entry: Rule[object] | BuiltIn) -> str:
    header = "| Code | Severity | Runs | Since | Versions |\n|---|---|---|---|---|\n"
    row = f"| {entry.code} | {entry.severity.value} | {_runs(entry)} | {entry.since} | {_versions(entry)} |\n"
    return f"{_NOTICE}\n\n# {entry.name} ({entry.code})\n\n{header}{row}\n{_body(entry)}"


def _body(entry: Rule[object] | BuiltIn) -> str:
    options = "".join(_options(entry)) if isinstance(entry, Rule) else ""
    return f"{entry.documentation.rstrip()}\n{options}"


def _options(rule: Rule[object]) -> Iterator[str]:
    if not rule.options:
        return
    yield f"\n## Options\n\nIn `[tool.fastapi-lint.rules.{rule.name}]`:\n\n| Option | Default |\n|---|---|\n"
    for name, default in rule.options.items():
        yield f"| `{name}` | `{str(default).lower() if isinstance(default, bool) else repr(default)}` |\n"


def _runs(entry: Rule[object] | BuiltIn) -> str:
    return "when selected" if isinstance(entry, Rule) and not entry.default else "by default"


def _versions(entry: Rule[object] | BuiltIn) -> str:
    if isinstance(entry, BuiltIn) or not entry.versions:
        return "all"
    text = entry.versions if entry.versions.startswith("starlette") else f"fastapi{entry.versions}"
    return f"`{text}`"


def _index() -> str:
    parts = [_NOTICE, "", "# Rules", ""]
    parts += ["Every rule has a code and a name; either selects or suppresses it.", ""]
    for layer in LAYERS:
        rules = [rule for rule in all_rules() if rule.layer == layer]
        if rules:
            parts += [f"## {layer.capitalize()}", "", *_table(rules), ""]
    parts += ["## The linter itself", "", *_table(BUILT_IN)]
    return "\n".join(parts) + "\n"


def _table(rows: list[Rule[object]] | tuple[BuiltIn, ...]) -> Iterator[str]:
    yield "| Code | Name | Says | Severity | Runs | Versions |"
    yield "|---|---|---|---|---|---|"
    for entry in rows:
        link = f"[{entry.name}]({entry.name}.md)"
        cells = (entry.code, link, entry.summary, entry.severity.value, _runs(entry), _versions(entry))
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
