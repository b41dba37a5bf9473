"""The directives of a run's files, and what is wrong with them: useless, misspelt or malformed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from fastapi_lint.config.selection import mention_problem
from fastapi_lint.config.suggest import nearest
from fastapi_lint.core.finding import Edit, Finding, Fix
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.comments import Change, renamed, without
from fastapi_lint.engine.silence import unknown_mentions, unused_mentions
from fastapi_lint.facts import model as m
from fastapi_lint.source.directives import DirectiveReading, comments_of_text, may_speak, read_directives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fastapi_lint.core.span import LineIndex
    from fastapi_lint.engine.files import Files
    from fastapi_lint.engine.silence import Mention
    from fastapi_lint.source.directives import Directive

UNUSED: Final = "FL001"
UNKNOWN: Final = "FL002"
_STATEMENTS: Final = (
    m.Assign,
    m.AugAssign,
    m.Do,
    m.Return,
    m.Raise,
    m.Import,
    m.ImportFrom,
    m.Delete,
    m.Decorator,
    m.Function,
)


class Directives:
    """The directives of files, read when they are asked for."""

    def __init__(self, files: Files) -> None:
        """Take the files of the run."""
        self._files = files
        self._readings: dict[str, DirectiveReading] = {}

    def take(self, paths: Iterable[str]) -> None:
        """Read the directives of files."""
        for path in paths:
            if path not in self._readings:
                self._readings[path] = self._read(path)

    def speaking(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return those of the paths whose comments name this linter or, behind `noqa`, one of its codes."""
        return tuple(path for path in paths if any(_names_us(text) for _, text in self._comments(path)))

    @property
    def by_path(self) -> Mapping[str, Sequence[Directive]]:
        """Return the directives that were read, by file."""
        return {path: reading.directives for path, reading in self._readings.items() if reading.directives}

    def problems(
        self, used: frozenset[Mention], ran: Mapping[str, str], names: Mapping[str, str]
    ) -> Iterator[tuple[str, Finding, Fix | None]]:
        """Yield the findings on the directives themselves, each with code and fix, in the order of files and rows.

        `used` are the mentions that silenced something, `ran` maps the codes of the rules that ran to their names,
        `names` those of all rules.
        """
        for path in sorted(self._readings):
            for problem in self._readings[path].malformed:
                yield UNKNOWN, Finding(Location(path, problem.span), problem.message), None
        for mention in unknown_mentions(self.by_path, names):
            _, hint = mention_problem(mention.text, names) or ("", "")
            message = f"no rule is called `{mention.text[:60]}`, so this silences nothing"
            finding = Finding(Location(mention.path, mention.directive.span), message, help=hint)
            yield UNKNOWN, finding, self._spelt(mention, nearest(mention.text, (*names, *names.values())))
        for mention in unused_mentions(self.by_path, used, ran):
            message = f"`{mention.text}` silences nothing here" if mention.text else "this comment silences nothing"
            advice = "remove the comment" if len(mention.directive.codes) < 2 else f"remove `{mention.text}` from it"
            finding = Finding(Location(mention.path, mention.directive.span), message, help=advice)
            yield UNUSED, finding, self._removed(mention)

    def _removed(self, mention: Mention) -> Fix | None:
        directive = mention.directive
        data, encoding = self._files.read(mention.path), self._files.encoding(mention.path)
        change = without(data, directive.span, mention.text, encoding, is_noqa=directive.is_noqa)
        title = f"Remove `{mention.text}` from the comment" if len(directive.codes) > 1 else "Remove the comment"
        return _fix(mention.path, change, title)

    def _spelt(self, mention: Mention, name: str) -> Fix | None:
        """Return the fix of a name that no rule has: the one that is probably meant, or else none at all."""
        if not name:
            return self._removed(mention)
        data, encoding = self._files.read(mention.path), self._files.encoding(mention.path)
        change = renamed(data, mention.directive.span, mention.text, name, encoding)
        return _fix(mention.path, change, f"Spell it `{name}`")

    def _comments(self, path: str) -> tuple[tuple[Span, str], ...]:
        data = self._files.known(path)
        if data is None or not may_speak(data):
            return ()
        facts = self._files.facts(path)
        if facts is not None:
            return tuple((Span(one.start, one.end), one.text) for one in facts.comments)
        return comments_of_text(data)

    def _read(self, path: str) -> DirectiveReading:
        comments = self._comments(path)
        if not comments:
            return DirectiveReading()
        facts = self._files.facts(path)
        rows = _statement_rows(self._files.lines(path), facts) if facts is not None else {}
        return read_directives(comments, self._files.read(path), self._files.encoding(path), rows)


def _fix(path: str, change: Change | None, title: str) -> Fix | None:
    if change is None:
        return None
    # Elsewhere than in Python, what looks like a comment can be part of a text.
    applicability: Literal["safe", "unsafe"] = "safe" if path.endswith(".py") else "unsafe"
    span, replacement = change
    return Fix(applicability, title, (Edit(Location(path, span), replacement),))


def _names_us(comment: str) -> bool:
    lowered = comment.lower()
    return "fastapi-lint" in lowered or ("noqa" in lowered and "fl" in lowered)


def _statement_rows(lines: LineIndex, facts: m.ModuleFacts) -> dict[int, int]:
    """Return the last row of each statement of several rows, by its first."""
    rows: dict[int, int] = {}
    pending: list[object] = [facts.body]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            if isinstance(node, _STATEMENTS):
                first, last = lines.row(node.start), lines.row(max(node.end - 1, node.start))
                if last > first:
                    rows[first] = max(last, rows.get(first, last))
            pending.extend(
                getattr(node, name)
                for name in ("read", "body", "orelse", "handlers", "final", "cases", "decorators")
                if hasattr(node, name) and not (name == "body" and isinstance(node, m.Function))
            )
    return rows
