"""What a run would go by, without a run: the settings that hold and the files that would be read."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from fastapi_lint.engine.run import explore
from fastapi_lint.report.sanitize import inert_json, sanitize, sanitize_path
from fastapi_lint.rules.catalogue import all_rules
from fastapi_lint.source.discovery import discover, find_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.engine.run import Request, Run


def settings_text(request: Request) -> str:
    """Return the settings that hold as TOML, and as comments where they come from and which rules run.

    Raises:
        ConfigError: where the request or the project's settings are wrong.

    """
    return explore(request, _settings_of)


def files_text(request: Request) -> str:
    """Return the paths of the files that would be read, one a line; raises as `settings_text` does."""
    paths = find_project(request.paths, request.directory)
    settings = explore(request, lambda run: run.settings)
    found = discover(paths.root, settings.excluded, paths.files, settings.above)
    below = os.path.relpath(paths.root, request.directory).replace(os.sep, "/")
    prefix = "" if below == "." else f"{below}/"
    names = sorted((*found.python, *found.other), key=os.fsencode)
    return "".join(f"{sanitize_path(prefix + name)}\n" for name in names if paths.includes(name))


def _settings_of(run: Run) -> str:
    settings = run.settings
    values: dict[str, object] = {
        "select": settings.select,
        "extend-select": settings.extend_select,
        "ignore": settings.ignore,
        "preview": settings.preview or None,
        "per-file-ignores": dict(settings.per_file_ignores),
        "exclude": settings.exclude,
        "extend-exclude": settings.extend_exclude,
        "src": settings.src,
        "apps": settings.apps,
        "target-version": dict(settings.target_version),
        "workers": settings.workers,
        "fail-on": settings.fail_on.value,
        "output-format": settings.output_format,
    }
    lines = [f"# settings: {sanitize(settings.path) or 'none, these are the defaults'}"]
    lines += [f"{key} = {_toml(value)}" for key, value in values.items() if value not in (None, (), {}, "")]
    for name, options in sorted(settings.rule_options.items()):
        lines += ["", f"[{name}]", *(f"{key.replace('_', '-')} = {_toml(value)}" for key, value in options.items())]
    rules = [f"#   {rule.code} {rule.name}" for rule in all_rules() if run.is_wanted(rule)]
    return "\n".join([*lines, "", "# rules that run:", *rules]) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, dict):
        inner: Mapping[str, object] = value
        return "{ " + ", ".join(f"{_text(key)} = {_toml(item)}" for key, item in inner.items()) + " }"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    # A basic string of TOML has the escapes of JSON, and none for halves of a pair.
    return inert_json(json.dumps(value, ensure_ascii=not value.isprintable()))
