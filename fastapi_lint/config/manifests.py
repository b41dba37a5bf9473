"""What a project's own description asks for: pyproject.toml, setup.cfg, setup.py and .python-version."""

from __future__ import annotations

import ast
import configparser
import re
import warnings
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.claims import Claim, FileClaims, line_span, poetry_specifiers, requirement_of
from fastapi_lint.config.overrides import normal_name
from fastapi_lint.config.toml import TomlProblem, parse_toml, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.core.span import Span

_PYTHON_VERSION: Final = re.compile(rb"(?m)^\s*(?:c?python-)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?![0-9.])")


_MAX_CFG: Final = 128 << 10


def read_pyproject(data: bytes) -> FileClaims:
    """Return the requirements of a pyproject.toml in the forms of PEP 621, PEP 735, Poetry, PDM, uv and Hatch."""
    try:
        values = parse_toml(data)
    except TomlProblem as problem:
        return FileClaims(problems=((line_span(data, problem.offset), f"cannot be read: {problem.message}"),))
    claims = [
        *_listed(data, table(values, "project").get("dependencies"), 0),
        *_python(data, table(values, "project").get("requires-python")),
        *_poetry(data, table(values, "tool", "poetry", "dependencies"), 0),
    ]
    for group in table(values, "project", "optional-dependencies").values():
        claims.extend(_listed(data, group, 1))
    for group in table(values, "dependency-groups").values():
        claims.extend(_listed(data, group, 2))
    for group in table(values, "tool", "poetry", "group").values():
        claims.extend(_poetry(data, table(group, "dependencies"), 2))
    claims.extend(_poetry(data, table(values, "tool", "poetry", "dev-dependencies"), 2))
    for group in table(values, "tool", "pdm", "dev-dependencies").values():
        claims.extend(_listed(data, group, 2))
    claims.extend(_listed(data, table(values, "tool", "uv").get("dev-dependencies"), 2))
    for environment in table(values, "tool", "hatch", "envs").values():
        claims.extend(_listed(data, table(environment).get("dependencies"), 2))
    return FileClaims(tuple(claims))


def read_setup_cfg(data: bytes) -> FileClaims:
    """Return the requirements of a setup.cfg."""
    if len(data) > _MAX_CFG:
        return FileClaims(problems=((line_span(data, 0), "is larger than 128 KiB and was not read"),))
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(data.decode("utf-8-sig", "replace"))
    except configparser.Error as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        return FileClaims(problems=((line_span(data, 0), f"cannot be read: {reason}"),))
    options = dict(parser["options"]) if parser.has_section("options") else {}
    extras = dict(parser["options.extras_require"]) if parser.has_section("options.extras_require") else {}
    claims = [
        *_listed(data, options.get("install_requires", "").splitlines(), 0),
        *_python(data, options.get("python_requires")),
    ]
    for group in extras.values():
        claims.extend(_listed(data, group.splitlines(), 1))
    return FileClaims(tuple(claims))


def read_setup_py(data: bytes) -> FileClaims:
    """Return the requirements that a setup.py hands to `setup` as plain lists of texts; nothing is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return FileClaims()  # a broken Python file is told of where Python files are read
    lists = {
        target.id: _literals(statement.value)
        for statement in module.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    claims: list[Claim] = []
    for call in (statement.value for statement in module.body if isinstance(statement, ast.Expr)):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == "setup":
            claims.extend(_setup_call(data, call, lists))
    return FileClaims(tuple(claims))


def read_python_version(data: bytes) -> FileClaims:
    """Return the version in a .python-version file, the first where there are several."""
    found = _PYTHON_VERSION.search(data)
    if found is None:
        return FileClaims()
    version = found.group(1).decode("ascii")
    specifier = f"=={version}" if version.count(".") > 1 else f"=={version}.*"
    return FileClaims((Claim("python", specifier, line_span(data, found.start(1))),))


def _listed(data: bytes, requirements: object, rank: int) -> Iterator[Claim]:
    stated = (text for text in requirements if isinstance(text, str)) if isinstance(requirements, list) else ()
    for text in dict.fromkeys(stated):
        requirement = requirement_of(text)
        if requirement is not None:
            yield Claim(*requirement, _span_of(data, text), rank)


def _python(data: bytes, specifier: object) -> Iterator[Claim]:
    if isinstance(specifier, str):
        yield Claim("python", specifier, _span_of(data, specifier))


def _poetry(data: bytes, dependencies: Mapping[str, object], rank: int) -> Iterator[Claim]:
    for package, value in dependencies.items():
        for alternative in value if isinstance(value, list) else [value]:
            version = alternative.get("version", "") if isinstance(alternative, dict) else alternative
            if isinstance(version, str):
                span = _key_span(data, package)
                name = normal_name(package)
                yield from (Claim(name, specifier, span, rank) for specifier in poetry_specifiers(version))


def _setup_call(data: bytes, call: ast.Call, lists: Mapping[str, list[str]]) -> Iterator[Claim]:
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg == "install_requires":
            yield from _listed(data, lists.get(value.id) if isinstance(value, ast.Name) else _literals(value), 0)
        elif keyword.arg == "python_requires" and isinstance(value, ast.Constant):
            yield from _python(data, value.value)
        elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
            for group in value.values:
                yield from _listed(data, _literals(group), 1)


def _literals(node: ast.expr) -> list[str]:
    items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]


def _span_of(data: bytes, text: str) -> Span:
    """Return the span of the line that holds a text as a value; the first line where it is written with escapes."""
    written = text.encode("utf-8", "surrogatepass")
    quoted = (data.find(quote + written + quote) for quote in (b'"', b"'"))
    return line_span(data, max(next((at for at in quoted if at >= 0), data.find(written)), 0))


def _key_span(data: bytes, key: str) -> Span:
    found = re.search(rb'(?m)^\s*"?' + re.escape(key.encode()) + rb'"?\s*=', data)
    at = found.end() if found else data.find(b"dependencies." + key.encode())
    return line_span(data, max(at, 0))
