"""Shell scripts as trees of statements with byte spans.

A reader of its own, in one pass and linear in the length of the script: the available grammar's recovery from
mistakes takes gigabytes for a pipeline of some thousand commands, and a deployment's scripts need little more than
the order of their commands. Words are kept as spans; what they expand to is not decided here. Scripts with mistakes
are read as far as they make sense: an unexpected word is passed over, an open bracket or heredoc takes the rest,
nothing is raised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi_lint.core.span import Span

_DEPTH = 40
_META = frozenset(" \t\r\n;&|<>()")
_PLAIN = re.compile(r"[^\s;&|<>()\\'\"$`]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(\[[^\]\s]*\])?\+?=")
_REDIRECT = re.compile(r"\d*(<<<|<<-?|>>|>\||[<>]&|&>>?|<>|[<>])")
_FUNCTION = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*\([ \t]*\)[ \t\r\n]*(?=[{(])")
_BRACKETS = re.compile(r"[ \t]*(\([ \t]*\))?\s*")
_ARM_END = re.compile(r";;&?|;&")
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
_SEPARATORS = frozenset({";", "&", "\n", "\r"})


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command: its words and the `NAME=value` words before them."""

    words: tuple[Span, ...]
    assignments: tuple[Span, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Test:
    """`[[ ... ]]` or `(( ... ))`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by `|`."""

    parts: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Chain:
    """Statements joined by `&&` and `||`; `operators` stand between the parts."""

    parts: tuple[Statement, ...]
    operators: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in order; `background` are the indexes of those that end in `&`."""

    statements: tuple[Statement, ...]
    background: frozenset[int]
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """`{ ... }`, or `( ... )` as a subshell of its own."""

    body: Block
    is_subshell: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """One arm of an `if`; the condition of `else` is None."""

    condition: Block | None
    body: Block


@dataclass(frozen=True, slots=True)
class If:
    """An `if` with its arms in order."""

    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """A `case`: its subject and, for each arm, the patterns' spans and the body."""

    subject: Span
    arms: tuple[tuple[tuple[Span, ...], Block], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Loop:
    """A `for`, `while` or `until`; `variable` is what a `for` sets."""

    variable: Span | None
    condition: Block | None
    body: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Function:
    """A definition of a function."""

    name: Span
    body: Group
    span: Span


Statement = Command | Test | Pipeline | Chain | Group | If | Case | Loop | Function


def parse_shell(script: str) -> Block:
    """Return the statements of a script whose characters are its bytes (latin-1)."""
    return _Parser(script).script()


class _Parser:
    """Goes through one script; `_at` is where it is, `_heredocs` are the ends to look for after the line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._heredocs: list[tuple[str, bool]] = []

    def script(self) -> Block:
        statements: list[Statement] = []
        background: set[int] = set()
        while self._at < len(self._text):
            block = self._block(frozenset())
            background.update(index + len(statements) for index in block.background)
            statements.extend(block.statements)
            if self._at < len(self._text):
                self._pass_over()
        return Block(tuple(statements), frozenset(background), Span(0, len(self._text)))

    def _pass_over(self) -> None:
        """Pass over what starts no statement here, such as a closing word without its opening."""
        start = self._at
        self._word()
        if self._at == start:
            self._at += 1

    def _block(self, ends: frozenset[str]) -> Block:
        """Read statements up to one of the words or signs, which is left to be read."""
        start = self._at
        statements: list[Statement] = []
        background: set[int] = set()
        while True:
            self._blanks(lines=True)
            if self._at >= len(self._text) or self._peek_word() in ends or self._text[self._at] in ends:
                break
            if self._text.startswith(";;", self._at) and ";;" in ends:
                break
            before = self._at
            statement = self._chain()
            if statement is not None:
                statements.append(statement)
            self._blanks(lines=False)
            sign = self._text[self._at : self._at + 1]
            if sign in _SEPARATORS and not self._text.startswith(";;", self._at):
                if sign == "&" and statement is not None:
                    background.add(len(statements) - 1)
                self._separator()
            elif self._at == before:
                break
        return Block(tuple(statements), frozenset(background), Span(start, self._at))

    def _separator(self) -> None:
        if self._text[self._at] == "\n":
            self._line_end()
        else:
            self._at += 1

    def _chain(self) -> Statement | None:
        start = self._at
        parts: list[Statement] = []
        operators: list[str] = []
        while True:
            part = self._pipeline()
            if part is None:
                break
            parts.append(part)
            self._blanks(lines=False)
            operator = self._text[self._at : self._at + 2]
            if operator not in {"&&", "||"}:
                break
            self._at += 2
            operators.append(operator)
            self._blanks(lines=True)
        if len(parts) < 2:
            return parts[0] if parts else None
        return Chain(tuple(parts), tuple(operators[: len(parts) - 1]), Span(start, self._at))

    def _pipeline(self) -> Statement | None:
        start = self._at
        while self._peek_word() in {"!", "time"}:
            self._word()
            self._blanks(lines=False)
        parts: list[Statement] = []
        while True:
            part = self._command()
            if part is None:
                break
            parts.append(part)
            self._blanks(lines=False)
            if self._text[self._at : self._at + 1] != "|" or self._text.startswith("||", self._at):
                break
            self._at += 2 if self._text.startswith("|&", self._at) else 1
            self._blanks(lines=True)
        if len(parts) < 2:
            return parts[0] if parts else None
        return Pipeline(tuple(parts), Span(start, self._at))

    def _command(self) -> Statement | None:
        self._depth += 1
        try:
            if self._depth > _DEPTH:
                self._at = len(self._text)
                return None
            return self._by_word()
        finally:
            self._depth -= 1

    def _by_word(self) -> Statement | None:
        start, word = self._at, self._peek_word()
        if self._text.startswith("((", start):
            self._at = _matching(self._text, start, ")")
            return Test(Span(start, self._at))
        if self._text.startswith("(", start) or word == "{":
            return self._group()
        if word == "[[":
            return self._double_brackets()
        if word == "if":
            return self._if()
        if word == "case":
            return self._case()
        if word in {"for", "select", "while", "until"}:
            return self._loop(word)
        function = self._function(word)
        if function is not None:
            return function
        return None if word in _CLOSERS else self._simple()

    def _group(self) -> Group:
        start = self._at
        is_subshell = self._text[start] == "("
        self._at += 1
        closing = ")" if is_subshell else "}"
        body = self._block(frozenset({closing}))
        if self._text[self._at : self._at + 1] == closing:
            self._at += 1
        self._redirects()
        return Group(body, is_subshell, Span(start, self._at))

    def _double_brackets(self) -> Test:
        start = self._at
        while self._at < len(self._text):
            self._blanks(lines=True)
            before = self._at
            self._word()
            if self._text[before : self._at] == "]]":
                break
            if self._at == before:
                self._at += 1
        return Test(Span(start, self._at))

    def _if(self) -> If:
        start = self._at
        clauses: list[Clause] = []
        arms = frozenset({"elif", "else", "fi"})
        while self._peek_word() in {"if", "elif"}:
            self._word()
            condition = self._block(frozenset({"then", "fi"}))
            self._take("then")
            clauses.append(Clause(condition, self._block(arms)))
        if self._take("else"):
            clauses.append(Clause(None, self._block(frozenset({"fi"}))))
        self._take("fi")
        self._redirects()
        return If(tuple(clauses), Span(start, self._at))

    def _case(self) -> Case:
        start = self._at
        self._word()
        self._blanks(lines=False)
        subject = self._word()
        self._blanks(lines=True)
        self._take("in")
        arms: list[tuple[tuple[Span, ...], Block]] = []
        while True:
            self._blanks(lines=True)
            before = self._at
            if self._at >= len(self._text) or self._peek_word() == "esac":
                break
            patterns = self._patterns()
            arms.append((patterns, self._block(frozenset({";;", "esac"}))))
            self._skip(_ARM_END)
            if self._at == before:
                self._at += 1
        self._take("esac")
        self._redirects()
        return Case(subject, tuple(arms), Span(start, self._at))

    def _patterns(self) -> tuple[Span, ...]:
        patterns: list[Span] = []
        while self._at < len(self._text):
            self._blanks(lines=False)
            sign = self._text[self._at : self._at + 1]
            if sign in {")", "\n", ""}:
                self._at += sign == ")"
                break
            if sign in {"|", "("}:
                self._at += 1
                continue
            before = self._at
            patterns.append(self._word())
            if self._at == before:
                self._at += 1
        return tuple(patterns)

    def _loop(self, word: str) -> Loop:
        start = self._at
        self._word()
        self._blanks(lines=False)
        variable, condition = None, None
        if word in {"while", "until"}:
            condition = self._block(frozenset({"do", "done"}))
        elif self._text.startswith("((", self._at):
            self._at = _matching(self._text, self._at, ")")
        else:
            variable = self._word()
        while self._at < len(self._text) and self._peek_word() != "do":
            self._blanks(lines=True)
            if self._peek_word() in {"do", "done"}:
                break
            self._pass_over()
        self._take("do")
        body = self._block(frozenset({"done"}))
        self._take("done")
        self._redirects()
        return Loop(variable, condition, body, Span(start, self._at))

    def _function(self, word: str) -> Function | None:
        start = self._at
        if word == "function":
            self._word()
            self._blanks(lines=False)
            name = self._word()
            self._skip(_BRACKETS)
        else:
            match = _FUNCTION.match(self._text, start)
            if match is None:
                return None
            name = Span(start, start + len(match[1]))
            self._at = match.end()
        if self._text[self._at : self._at + 1] not in {"{", "("}:
            return None
        return Function(name, self._group(), Span(start, self._at))

    def _simple(self) -> Command | None:
        start = self._at
        words: list[Span] = []
        assignments: list[Span] = []
        end = start
        while True:
            self._blanks(lines=False)
            if self._redirect():
                end = self._at
                continue
            span = self._word()
            if span.start == span.end:
                break
            end = span.end
            is_assignment = not words and _ASSIGNMENT.match(self._text, span.start, span.end)
            (assignments if is_assignment else words).append(span)
        if not words and not assignments:
            return None
        return Command(tuple(words), tuple(assignments), Span(start, end))

    def _redirects(self) -> None:
        self._blanks(lines=False)
        while self._redirect():
            self._blanks(lines=False)

    def _redirect(self) -> bool:
        match = _REDIRECT.match(self._text, self._at)
        if match is None or self._text.startswith(("<(", ">("), self._at):
            return False
        self._at = match.end()
        self._blanks(lines=False)
        target = self._word()
        if match[1] in {"<<", "<<-"}:
            end = self._text[target.start : target.end].replace("'", "").replace('"', "").replace("\\", "")
            self._heredocs.append((end, match[1] == "<<-"))
        return True

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()

    def _take(self, word: str) -> bool:
        self._blanks(lines=True)
        if self._peek_word() != word:
            return False
        self._at += len(word)
        return True

    def _peek_word(self) -> str:
        match = _PLAIN.match(self._text, self._at)
        if match is None:
            return ""
        follows = self._text[match.end() : match.end() + 1]
        return match[0] if not follows or follows in _META else ""

    def _blanks(self, *, lines: bool) -> None:
        """Pass over blanks, continued lines and comments, and over line ends where `lines`."""
        text = self._text
        while self._at < len(text):
            character = text[self._at]
            if character in " \t\r":
                self._at += 1
            elif character == "\n" and lines:
                self._line_end()
            elif character == "\\" and text[self._at + 1 : self._at + 2] == "\n":
                self._at += 2
            elif character == "\\" and text.startswith("\r\n", self._at + 1):
                self._at += 3
            elif character == "#" and (self._at == 0 or text[self._at - 1] in _META):
                end = text.find("\n", self._at)
                self._at = len(text) if end < 0 else end
            else:
                break

    def _line_end(self) -> None:
        """Pass over a line end and the heredocs that the line has opened."""
        self._at += 1
        for end, strips in self._heredocs:
            while self._at < len(self._text):
                stop = self._text.find("\n", self._at)
                stop = len(self._text) if stop < 0 else stop
                line = self._text[self._at : stop].rstrip("\r")
                self._at = min(stop + 1, len(self._text))
                if (line.lstrip("\t") if strips else line) == end:
                    break
        self._heredocs = []

    def _word(self) -> Span:
        """Read a word with its quotes and substitutions; an empty span where there is none."""
        start, text = self._at, self._text
        while self._at < len(text):
            character = text[self._at]
            if character in _META:
                is_array = character == "(" and self._at > start and text[self._at - 1] in "=@?*+!"
                if not is_array and not text.startswith(("<(", ">("), self._at):
                    break
                self._at = _matching(text, self._at + (character != "("), ")")
            elif character == "\\":
                self._at = min(self._at + 2, len(text))
            elif character == "'":
                end = text.find("'", self._at + 1)
                self._at = len(text) if end < 0 else end + 1
            elif character in '"`' or text.startswith(("$(", "${"), self._at):
                self._at = _quoted_end(text, self._at)
            else:
                match = _PLAIN.match(text, self._at)
                self._at = match.end() if match else self._at + 1
        return Span(start, self._at)


def _matching(text: str, at: int, closing: str) -> int:
    """Return the place after the bracket that closes the one at `at`."""
    return _closed(text, at + 1, [closing])


def _quoted_end(text: str, at: int) -> int:
    """Return the place after what a quote, a backtick, `$(` or `${` opens."""
    if text[at] in '"`':
        return _closed(text, at + 1, [text[at]])
    return _closed(text, at + 2, [")" if text[at + 1] == "(" else "}"])


def _closed(text: str, at: int, closers: list[str]) -> int:
    """Return the place after the last of the closers, each of which may hold further quotes and brackets."""
    while at < len(text) and closers:
        character, closer = text[at], closers[-1]
        if character == "\\":
            at += 2
            continue
        if character == closer:
            closers.pop()
        elif closer == "`":
            pass
        elif character in '"`' and not (character == '"' and closer == '"'):
            closers.append(character)
        elif text.startswith(("$(", "${"), at):
            at += 1
            closers.append(")" if text[at] == "(" else "}")
        elif closer != '"' and character == "'":
            end = text.find("'", at + 1)
            at = len(text) if end < 0 else end
        elif closer == ")" and character == "(":
            closers.append(")")
        elif closer == ")" and character == "#" and text[at - 1] in " \t\n;(":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        at += 1
    return min(at, len(text))
