"""Starts a new rule: `make rule NAME=engine-outside-lifespan LAYER=lifespan CODE=FL301`.

Writes the rule's file, its fixtures, its documentation page, its line in the changelog and its reserved code.
The new rule finds nothing yet, so its fixtures fail until it does.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.rules.rule import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Final = Path("docs/rules/codes.txt")
CHANGELOG: Final = Path("CHANGELOG.md")
_ENTITIES: Final = "fastapi_lint.lifecycle.model"
_RULES_HEADING: Final = "### Rules\n\n"

_RULE: Final = '''"""{summary}.

## What it does

Flags ...

## Why it is bad

What happens at run time, and since which version of the framework.

## Bad

```python
from fastapi import FastAPI

app = FastAPI()
```

## Good

```python
from fastapi import FastAPI

app = FastAPI()
```

## Fix safety

There is no automatic fix.

## References

- The framework's page or source file, with its version
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Severity
from fastapi_lint.lifecycle.model import {over}
from fastapi_lint.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Finding
    from fastapi_lint.rules.rule import Context

RULE = Rule(__name__, code="{code}", over={over}, severity=Severity.WARNING, since="{since}")


@RULE.check
def check({entity}: {over}, context: Context) -> Iterator[Finding]:
    yield from ()
'''

_BAD: Final = """from fastapi import FastAPI

app = FastAPI()  # expect: {code}
"""

_GOOD: Final = '''"""Near misses: at least three pieces of code that a naive rule would flag."""

from fastapi import FastAPI

app = FastAPI()
'''


def plan(root: Path, name: str, layer: str, code: str, over: str, since: str) -> Mapping[Path, str]:
    """Return the text of every file to write, by path below `root`; nothing is written.

    Raises ConfigError where the name, the layer, the code or the entity has the wrong form or is taken.
    """
    _check_form(name, layer, code)
    _check_free(root, name, code)
    _check_entity(over)
    summary = name.replace("-", " ").capitalize()
    module = name.replace("-", "_")
    entity = re.sub(r"(?<!^)(?=[A-Z])", "_", over).lower()
    values = {"summary": summary, "code": code, "over": over, "entity": entity, "since": since}
    fixtures = Path("tests/fixtures") / layer / module
    files = {
        Path("fastapi_lint/rules") / layer / f"{module}.py": _RULE.format(**values),
        fixtures / "bad.py": _BAD.format(**values),
        fixtures / "good.py": _GOOD,
        CODES: _text(root, CODES) + f"{code} {name}\n",
        CHANGELOG: _with_rule(_text(root, CHANGELOG), f"- `{name}` ({code}): {summary}\n"),
    }
    package = Path("fastapi_lint/rules") / layer / "__init__.py"
    if not (root / package).exists():
        files[package] = f'"""Rules about {layer}."""\n'
    return files


def main(arguments: list[str]) -> int:
    """Write the files of a new rule below the current folder; return 0, or 2 where that is refused."""
    parser = argparse.ArgumentParser(description="Start a new rule.")
    parser.add_argument("--name", required=True, help="the bad pattern in lower case, words joined by hyphens")
    parser.add_argument("--layer", required=True, help=", ".join(LAYERS))
    parser.add_argument("--code", required=True, help="FL, the layer's digit, two digits")
    parser.add_argument("--over", default="App", help="the entity of the lifecycle that the rule judges")
    parser.add_argument("--since", default="0.1", help="the release that brings the rule")
    asked = parser.parse_args(arguments)
    try:
        files = plan(Path(), **vars(asked))
    except ConfigError as refusal:
        print(f"scaffold: {refusal}", file=sys.stderr)
        return 2
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    # A process of its own: this one found the rules before the new one was there.
    return subprocess.run([sys.executable, "-m", "tools.generate_docs"], check=False).returncode


def _check_form(name: str, layer: str, code: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        message = f"`{name}` is no name: write it in lower case with hyphens, such as `engine-outside-lifespan`"
        raise ConfigError(message)
    if layer not in LAYERS:
        message = f"`{layer}` is no layer: choose one of {', '.join(LAYERS)}"
        raise ConfigError(message)
    if not re.fullmatch(rf"FL{LAYERS[layer]}[0-9]{{2}}", code):
        message = f"`{code}` is no code of {layer}: its codes are FL{LAYERS[layer]}00 to FL{LAYERS[layer]}99"
        raise ConfigError(message)


def _check_free(root: Path, name: str, code: str) -> None:
    taken = dict(line.split()[:2] for line in _text(root, CODES).splitlines() if line and not line.startswith("#"))
    if code in taken:
        message = f"{code} is taken by `{taken[code]}`; a code is never used twice"
        raise ConfigError(message)
    same = next((path for path in (root / "fastapi_lint/rules").glob(f"*/{name.replace('-', '_')}.py")), None)
    if name in taken.values() or same:
        message = f"there is a rule `{name}` already"
        raise ConfigError(message)


def _check_entity(over: str) -> None:
    if not (over[:1].isupper() and over.isidentifier() and hasattr(import_module(_ENTITIES), over)):
        message = f"`{over}` is no entity: write a class of {_ENTITIES}, such as `Endpoint`"
        raise ConfigError(message)


def _with_rule(changelog: str, line: str) -> str:
    if _RULES_HEADING not in changelog:
        message = f"{CHANGELOG} has no `### Rules`: add it below the version to be released next"
        raise ConfigError(message)
    return changelog.replace(_RULES_HEADING, _RULES_HEADING + line, 1)


def _text(root: Path, path: Path) -> str:
    return (root / path).read_text(encoding="utf-8") if (root / path).exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
