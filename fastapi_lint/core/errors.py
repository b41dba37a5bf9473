"""The three ways in which a run can go wrong."""

from __future__ import annotations


class FastapiLintError(Exception):
    """An error with a message for the user and a hint that says how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the message (one line, no full stop) and the hint (may be empty)."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(FastapiLintError):
    """The configuration or the command line is wrong; the user can mend it; exit code 2."""


class SourceError(FastapiLintError):
    """One file cannot be read or parsed; it becomes an FL000 finding and the run goes on.

    `offset` is the byte offset at which the file is wrong, 0 where none is known.
    """

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        """Keep the message, the byte offset of the mistake and the hint."""
        super().__init__(message, hint)
        self.offset = offset


class RuleCrash(FastapiLintError):  # noqa: N818  # a crash is what it is
    """A rule raised on one entity: our mistake; the other rules go on; exit code 3."""

    def __init__(self, rule: str, entity: str, message: str) -> None:
        """Keep the rule's name, the entity it was given and the error's text."""
        super().__init__(message, "please report this")
        self.rule = rule
        self.entity = entity
