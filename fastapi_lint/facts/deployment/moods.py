"""Signs that something is meant for development or for production: names of files, stages and words of tests."""

from __future__ import annotations

import re

_DEVELOPMENT = frozenset(
    {"dev", "devel", "develop", "development", "devcontainer", "local", "localhost", "debug", "test", "tests",
    "testing",
     "e2e", "override", "ci", "hotreload"}
)  # fmt: skip
_FOLDERS = _DEVELOPMENT - {"ci"}
PRODUCTION_STAGES = frozenset(
    {"prod", "production", "release", "runtime", "final", "deploy", "app", "web", "api", "server"}
)
"""Names of stages that people build by name."""

_TEST_WORD = re.compile(r"[a-z0-9]+")
_NEGATED = re.compile(r"!=|^\s*!|\[\s*!|-z\s|!~|\bfalse\b|=\s*[\"']?0\b")
_TEST_DEVELOPMENT = frozenset({"dev", "devel", "develop", "development", "local", "debug", "reload", "hotreload"})
_TEST_PRODUCTION = frozenset({"prod", "production", "staging"})


def is_development_name(name: str) -> bool:
    """Return whether the name of a file or of a stage has a part such as `dev` or `override`."""
    return any(part in _DEVELOPMENT for part in re.split(r"[^a-z0-9]+", name.lower()))


def is_development_path(path: str) -> bool:
    """Return whether a deployment file is for development, judged by its name and its folders."""
    *folders, name = path.split("/")
    return is_development_name(name) or any(
        part in _FOLDERS for f in folders for part in re.split(r"[._-]+", f.lower())
    )


def mood_of(test: str) -> bool | None:
    """Return whether a passed test means development (True) or production (False), None where it says neither."""
    words = set(_TEST_WORD.findall(test.lower().replace("_", " ")))
    is_negated = _NEGATED.search(test) is not None
    if words & _TEST_PRODUCTION:
        return is_negated
    if words & _TEST_DEVELOPMENT:
        return not is_negated
    return None
