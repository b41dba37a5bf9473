"""The keys of a settings file: their types, and what is said of a value that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fastapi_lint.config.overrides import specifier_of
from fastapi_lint.config.selection import ignoring_problem, mention_problem
from fastapi_lint.config.suggest import suggestion
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.config.toml import KeyPath

RuleOptions = Mapping[str, Mapping[str, "bool | int | str"]]


class Misfit(Exception):  # noqa: N818  # the reader keeps it, nobody catches it
    """A value that does not fit: the path of its key, the message and the hint."""

    def __init__(self, path: KeyPath, message: str, hint: str = "") -> None:
        """Keep all three."""
        super().__init__(message)
        self.path = path
        self.message = message
        self.hint = hint


class Reader:
    """Reads one table of settings; after `read`, `problem` is the first mistake in it, or None."""

    def __init__(
        self,
        values: Mapping[str, object],
        rule_names: Mapping[str, str],
        options: RuleOptions,
        formats: Sequence[str],
    ) -> None:
        """Take the table, the known codes with their names, the rules' options with their defaults, and the formats."""
        self.problem: Misfit | None = None
        self._values = values
        self._rule_names = rule_names
        self._options = options
        self._formats = formats
        self._readers: Mapping[str, Callable[[KeyPath, object], object]] = {
            "select": self._mentions,
            "ignore": self._ignored,
            "extend-select": self._mentions,
            "preview": _flag,
            "per-file-ignores": self._per_file_ignores,
            "exclude": _texts,
            "extend-exclude": _texts,
            "src": _texts,
            "apps": _texts,
            "target-version": _target_version,
            "workers": _at_least_one,
            "max-file-size": _at_least_one,
            "fail-on": _severity,
            "output-format": self._format,
        }

    def read(self) -> dict[str, Any]:
        """Return the fields of `Settings` that the table states, up to the first mistake."""
        fields: dict[str, Any] = {}
        rule_options: dict[str, Mapping[str, bool | int | str]] = {}
        try:
            for key, value in self._values.items():
                name = key.replace("_", "-")
                if name in self._readers:
                    fields[name.replace("-", "_")] = self._readers[name]((key,), value)
                elif name in self._rule_names.values():
                    rule_options[name] = self._rule(key, name, value)
                else:
                    known = (*self._readers, *self._rule_names.values())
                    hint = suggestion(key, known) or f"the keys are {', '.join(self._readers)}, and the rules' names"
                    raise Misfit((key,), f"unknown key `{_short(key)}`", hint)  # noqa: TRY301  # one place for all
        except Misfit as misfit:
            self.problem = misfit
        return {**fields, "rule_options": MappingProxyType(rule_options)}

    def _mentions(self, path: KeyPath, value: object) -> tuple[str, ...]:
        mentions = _texts(path, value)
        for index, mention in enumerate(mentions):
            problem = mention_problem(mention, self._rule_names)
            if problem is not None:
                raise Misfit((*path, index), *problem)
        return mentions

    def _ignored(self, path: KeyPath, value: object) -> tuple[str, ...]:
        mentions = self._mentions(path, value)
        for index, mention in enumerate(mentions):
            problem = ignoring_problem(mention, self._rule_names)
            if problem is not None:
                raise Misfit((*path, index), *problem)
        return mentions

    def _per_file_ignores(self, path: KeyPath, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        globs = _table(path, value, "of globs to lists of rules")
        return tuple((glob, self._ignored((*path, glob), mentions)) for glob, mentions in globs.items())

    def _format(self, path: KeyPath, value: object) -> str:
        text = _text(path, value)
        if self._formats and text not in self._formats:
            hint = suggestion(text, self._formats) or f"one of {', '.join(self._formats)}"
            raise Misfit(path, f"unknown output format `{_short(text)}`", hint)
        return text

    def _rule(self, key: str, name: str, value: object) -> Mapping[str, bool | int | str]:
        stated = _table((key,), value, "of the rule's options")
        known = self._options.get(name, {})
        read: dict[str, bool | int | str] = {}
        for option, setting in stated.items():
            path = (key, option)
            if not isinstance(setting, (bool, int, str)):
                raise _mismatch(path, "true or false, a number or a text", setting)
            normal = option.replace("-", "_")
            if self._options and normal not in known:
                hint = suggestion(option, known) or (f"its options are {', '.join(known)}" if known else "it has none")
                raise Misfit(path, f"`{name}` has no option `{_short(option)}`", hint)
            if normal in known and type(setting) is not type(known[normal]):
                raise _mismatch(path, _TYPES[type(known[normal])], setting)
            read[normal] = setting
        return MappingProxyType(read)


_TYPES: Final[Mapping[type, str]] = MappingProxyType(
    {bool: "true or false", int: "a number", str: "a text", float: "a number", list: "a list", dict: "a table"}
)


def _mismatch(path: KeyPath, expected: str, value: object) -> Misfit:
    got = _TYPES.get(type(value), "a date")
    return Misfit(path, f"`{_short(str(path[-1]))}` must be {expected}, not {got}")


def _flag(path: KeyPath, value: object) -> bool:
    if not isinstance(value, bool):
        raise _mismatch(path, "true or false", value)
    return value


def _text(path: KeyPath, value: object) -> str:
    if not isinstance(value, str):
        raise _mismatch(path, "a text", value)
    if not value.strip():
        raise Misfit(path, f"`{path[-1]}` is empty")
    return value


def _texts(path: KeyPath, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _mismatch(path, "a list of texts", value)
    for index, item in enumerate(value):
        if not isinstance(item, str):
            got = _TYPES.get(type(item), "a date")
            raise Misfit((*path, index), f"`{path[-1]}` must be a list of texts, this item is {got}")
        if not item.strip():
            raise Misfit((*path, index), f"`{path[-1]}` has an empty item")
    return tuple(value)


def _table(path: KeyPath, value: object, of: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _mismatch(path, f"a table {of}", value)
    return value


def _target_version(path: KeyPath, value: object) -> Mapping[str, str]:
    stated = _table(path, value, 'of packages to versions, such as { fastapi = "0.115" }')
    for package, version in stated.items():
        text = _text((*path, package), version)
        try:
            specifier_of(package, text)
        except ConfigError as error:
            raise Misfit((*path, package), error.message, error.hint) from None
    return MappingProxyType({package: str(version) for package, version in stated.items()})


def _at_least_one(path: KeyPath, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _mismatch(path, "a number", value)
    if value < 1:
        raise Misfit(path, f"`{path[-1]}` must be at least 1, not {value}")
    return value


def _severity(path: KeyPath, value: object) -> Severity:
    text = _text(path, value)
    known = [severity.value for severity in Severity]
    if text not in known:
        raise Misfit(
            path, f"unknown severity `{_short(text)}`", suggestion(text, known) or f"one of {', '.join(known)}"
        )
    return Severity(text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}..."
