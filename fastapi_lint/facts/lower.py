"""CST to facts: the one walk over a file, which reduces every statement and value to the model's closed unions.

The walk is a recursive descent by node class: one table lookup a node, no visitor objects, no metadata wrapper and
no look at white space. It rebuilds nothing, so it costs a small part of the parse. What it does not know becomes
`Opaque`, with the expressions inside kept, so that no call is ever lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import libcst as cst

from fastapi_lint.facts import model as m
from fastapi_lint.facts.cuts import PLACEHOLDER, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fastapi_lint.facts.cuts import Cut, Cuts
    from fastapi_lint.facts.spans import Spans

_KINDS: Final[Mapping[type[cst.CSTNode], Literal["list", "tuple", "set"]]] = {
    cst.List: "list",
    cst.Tuple: "tuple",
    cst.Set: "set",
}
_COMPREHENSIONS: Final[Mapping[type[cst.CSTNode], Literal["list", "set", "generator"]]] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.GeneratorExp: "generator",
}
_OPERATORS: Final[Mapping[type[cst.CSTNode], str]] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.MatrixMultiply: "@",
    cst.LessThan: "<",
    cst.GreaterThan: ">",
    cst.Equal: "==",
    cst.LessThanEqual: "<=",
    cst.GreaterThanEqual: ">=",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.Not: "not",
    cst.Minus: "-",
    cst.Plus: "+",
    cst.BitInvert: "~",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.BitOrAssign: "|",
    cst.BitAndAssign: "&",
    cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.MatrixMultiplyAssign: "@",
}
_NAMED: Final[Mapping[str, bool | None]] = {"True": True, "False": False, "None": None}
_LARGEST: Final = 2**63 - 1
_EMPTY: Final = m.Opaque()


class Lowering:
    """Lowers one module; one object a file."""

    def __init__(self, spans: Spans, cuts: Cuts | None = None, bodies: m.Reader | None = None) -> None:
        """Take the spans of the module that will be lowered, what was cut out of its text, and who reads that."""
        self._spans = spans
        self._cuts = cuts
        self._bodies = bodies
        self._yields = [False]
        self.names = Names()

    def module(self, module: cst.Module) -> tuple[m.Stmt, ...]:
        """Return the module's statements."""
        return self._body(module.body)

    def body(self, statements: Iterable[cst.CSTNode]) -> tuple[m.Stmt, ...]:
        """Return the statements of a body."""
        return self._body(statements)

    def docstring(self, body: Sequence[cst.CSTNode]) -> m.Comment | None:
        """Return the docstring that opens a body of statements, with the span of its literal."""
        if not body or not isinstance(body[0], cst.SimpleStatementLine):
            return None
        first = body[0].body[0] if body[0].body else None
        if isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString):
            text = _string(first.value)
            if isinstance(text, str) and _is_storable(text):
                return m.Comment(text, *self._spans.of(first.value))
        return None

    # Statements.

    def _body(self, statements: Iterable[cst.CSTNode]) -> tuple[m.Stmt, ...]:
        out: list[m.Stmt] = []
        for statement in statements:
            if statement.__class__ is cst.SimpleStatementLine:
                for small in statement.body:
                    self._statement(small, out)
            else:
                self._statement(statement, out)
        return tuple(out)

    def _suite(self, suite: cst.BaseSuite) -> tuple[m.Stmt, ...]:
        return self._body(suite.body)

    def _statement(self, node: cst.CSTNode, out: list[m.Stmt]) -> None:
        lower = _STATEMENTS.get(node.__class__)
        if lower is not None:
            lowered = lower(self, node)
            if lowered is not None:
                out.append(lowered)

    def _assign(self, node: cst.Assign) -> m.Stmt:
        targets = tuple(self.expr(target.target) for target in node.targets)
        return m.Assign(targets, self.expr(node.value), None, *self._spans.of(node))

    def _ann_assign(self, node: cst.AnnAssign) -> m.Stmt:
        value = self.expr(node.value) if node.value is not None else None
        annotation = self.expr(node.annotation.annotation)
        return m.Assign((self.expr(node.target),), value, annotation, *self._spans.of(node))

    def _aug_assign(self, node: cst.AugAssign) -> m.Stmt:
        operator = _OPERATORS.get(node.operator.__class__, "?")
        return m.AugAssign(self.expr(node.target), operator, self.expr(node.value), *self._spans.of(node))

    def _type_alias(self, node: cst.TypeAlias) -> m.Stmt:
        return m.Assign((m.Name(node.name.value),), self.expr(node.value), None, *self._spans.of(node))

    def _delete(self, node: cst.Del) -> m.Stmt:
        target = self.expr(node.target)
        targets = target.items if isinstance(target, m.Seq) else (target,)
        return m.Delete(targets, *self._spans.of(node))

    def _do(self, node: cst.Expr) -> m.Stmt | None:
        value = self.expr(node.value)
        return None if isinstance(value, m.Const) else m.Do(value, *self._spans.of(node))

    def _assert(self, node: cst.Assert) -> m.Stmt:
        test = self.expr(node.test)
        message = self.expr(node.msg) if node.msg is not None else _EMPTY
        value = test if isinstance(message, m.Const) or message == _EMPTY else m.Boolean("or", test, message)
        return m.Do(value, *self._spans.of(node))

    def _import(self, node: cst.Import | cst.LazyImport) -> m.Stmt:
        names = tuple((_dotted(alias.name), _alias(alias)) for alias in node.names)
        self.names.imported.update(name for name, _ in names)
        return m.Import(names, *self._spans.of(node))

    def _import_from(self, node: cst.ImportFrom | cst.LazyImportFrom) -> m.Stmt:
        module = _dotted(node.module) if node.module is not None else ""
        if isinstance(node.names, cst.ImportStar):
            names: tuple[tuple[str, str | None], ...] = (("*", None),)
        else:
            names = tuple((_dotted(alias.name), _alias(alias)) for alias in node.names)
        prefix = "." * len(node.relative) + module
        self.names.take_import(prefix, module, names)
        return m.ImportFrom(module, len(node.relative), names, *self._spans.of(node))

    def _function(self, node: cst.FunctionDef) -> m.Stmt:
        decorators = self._decorators(node.decorators)
        params = self._params(node.params)
        returns = self.expr(node.returns.annotation) if node.returns is not None else None
        for one in decorators:
            self._decorating(one.value)
        self._yields.append(False)
        cut = self._cut(node.body)
        body = self._body(node.body.body if cut is None else node.body.body[:-1])
        is_generator = self._yields.pop()
        return m.Function(
            node.name.value,
            params,
            body,
            decorators,
            returns,
            node.asynchronous is not None,
            is_generator or (cut is not None and cut.is_generator),
            *self._spans.header(node, node.body),
            *self._spans.of(node.name),
            self.docstring(node.body.body),
            self._rest(cut) if cut is not None else None,
        )

    def _cut(self, body: cst.BaseSuite) -> Cut | None:
        """Return what was cut out at the end of a function's body, if anything."""
        last = body.body[-1] if self._cuts is not None and body.body else None
        if self._cuts is None or not isinstance(last, cst.SimpleStatementLine):
            return None
        value = last.body[0].value if isinstance(last.body[0], cst.Expr) else None
        if not isinstance(value, cst.Name) or not value.value.startswith(PLACEHOLDER):
            return None
        return self._cuts.found[int(value.value[len(PLACEHOLDER) :])]

    def _rest(self, cut: Cut) -> m.Rest:
        assert self._bodies is not None
        self.names.take(cut.names)
        return m.Rest(cut.start, cut.end, tuple(sorted(cut.names.called)), self._bodies)

    def _decorating(self, value: m.Expr) -> None:
        if isinstance(value, m.Call) and isinstance(value.func, m.Attr):
            self.names.decorating.add(value.func.name)

    def _class(self, node: cst.ClassDef) -> m.Stmt:
        decorators = self._decorators(node.decorators)
        bases = tuple(self._arg(arg) for arg in (*node.bases, *node.keywords))
        return m.Class(
            node.name.value,
            bases,
            self._suite(node.body),
            decorators,
            *self._spans.header(node, node.body),
            *self._spans.of(node.name),
            self.docstring(node.body.body),
        )

    def _decorators(self, decorators: Sequence[cst.Decorator]) -> tuple[m.Decorator, ...]:
        return tuple(m.Decorator(self.expr(one.decorator), *self._spans.of(one)) for one in decorators)

    def _if(self, node: cst.If) -> m.Stmt:
        orelse: tuple[m.Stmt, ...] = ()
        if isinstance(node.orelse, cst.If):
            orelse = (self._if(node.orelse),)
        elif node.orelse is not None:
            orelse = self._suite(node.orelse.body)
        return m.If(self.expr(node.test), self._suite(node.body), orelse, *self._spans.header(node, node.body))

    def _for(self, node: cst.For) -> m.Stmt:
        return m.For(
            self.expr(node.target),
            self.expr(node.iter),
            self._suite(node.body),
            self._suite(node.orelse.body) if node.orelse else (),
            node.asynchronous is not None,
            *self._spans.header(node, node.body),
        )

    def _while(self, node: cst.While) -> m.Stmt:
        orelse = self._suite(node.orelse.body) if node.orelse else ()
        return m.While(self.expr(node.test), self._suite(node.body), orelse, *self._spans.header(node, node.body))

    def _try(self, node: cst.Try | cst.TryStar) -> m.Stmt:
        handlers = tuple(
            m.Handler(
                self.expr(handler.type) if handler.type is not None else None,
                handler.name.name.value if handler.name and isinstance(handler.name.name, cst.Name) else None,
                self._suite(handler.body),
                *self._spans.header(handler, handler.body),
            )
            for handler in node.handlers
        )
        return m.Try(
            self._suite(node.body),
            handlers,
            self._suite(node.orelse.body) if node.orelse else (),
            self._suite(node.finalbody.body) if node.finalbody else (),
            *self._spans.header(node, node.body),
        )

    def _with(self, node: cst.With) -> m.Stmt:
        items = tuple(
            m.WithItem(self.expr(item.item), self.expr(item.asname.name) if item.asname else None)
            for item in node.items
        )
        is_async = node.asynchronous is not None
        return m.With(items, self._suite(node.body), is_async, *self._spans.header(node, node.body))

    def _match(self, node: cst.Match) -> m.Stmt:
        cases = tuple(
            m.Case(
                tuple(_pattern_names(case.pattern)),
                self.expr(case.guard) if case.guard is not None else None,
                self._suite(case.body),
                isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None,
            )
            for case in node.cases
        )
        start = self._spans.start(node)
        return m.Match(self.expr(node.subject), cases, start, start + len("match"))

    def _return(self, node: cst.Return) -> m.Stmt:
        return m.Return(self.expr(node.value) if node.value is not None else None, *self._spans.of(node))

    def _raise(self, node: cst.Raise) -> m.Stmt:
        value = self.expr(node.exc) if node.exc is not None else None
        cause = self.expr(node.cause.item) if node.cause is not None else None
        return m.Raise(value, cause, *self._spans.of(node))

    def _global(self, node: cst.Global) -> m.Stmt:
        return m.Scope("global", tuple(item.name.value for item in node.names))

    def _nonlocal(self, node: cst.Nonlocal) -> m.Stmt:
        return m.Scope("nonlocal", tuple(item.name.value for item in node.names))

    def _break(self, _node: cst.Break) -> m.Stmt:
        return m.Jump("break")

    def _continue(self, _node: cst.Continue) -> m.Stmt:
        return m.Jump("continue")

    # Values.

    def expr(self, node: cst.CSTNode) -> m.Expr:
        """Return the value that an expression node stands for."""
        lower = _EXPRESSIONS.get(node.__class__)
        return lower(self, node) if lower is not None else _EMPTY

    def _name(self, node: cst.Name) -> m.Expr:
        value = node.value
        return m.Const(_NAMED[value]) if value in _NAMED else m.Name(value)

    def _integer(self, node: cst.Integer) -> m.Expr:
        try:
            value = int(node.value, 0)
        except ValueError:  # more digits than the interpreter converts
            return _EMPTY
        return m.Const(value) if value <= _LARGEST else _EMPTY

    def _float(self, node: cst.Float) -> m.Expr:
        return m.Const(float(node.value))

    def _text(self, node: cst.SimpleString | cst.ConcatenatedString) -> m.Expr:
        start, end = self._spans.of(node)
        value = _string(node)
        if isinstance(value, str):
            return m.Const(value, start, end) if _is_storable(value) else m.Opaque((), "text")
        if value is None and isinstance(node, cst.ConcatenatedString):
            if _is_template(node.left) or _is_template(node.right):
                return m.Opaque((self.expr(node.left), self.expr(node.right)))
            return m.Text((self.expr(node.left), self.expr(node.right)), start, end)
        return m.Opaque((), "bytes")

    def _formatted(self, node: cst.FormattedString) -> m.Expr:
        parts: list[m.Expr] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                piece = _unescaped(part.value, node.prefix)
                parts.append(m.Const(piece) if _is_storable(piece) else m.Opaque((), "text"))
            elif isinstance(part, cst.FormattedStringExpression):
                plain = part.conversion is None and part.format_spec is None and part.equal is None
                values = tuple(self._replaced(part))
                parts.append(values[0] if plain else m.Opaque(values))
        return m.Text(tuple(parts), *self._spans.of(node))

    def _templated(self, node: cst.TemplatedString) -> m.Expr:
        return m.Opaque(tuple(value for part in node.parts for value in self._replaced(part)))

    def _replaced(self, part: cst.CSTNode) -> Iterator[m.Expr]:
        """Yield the values in a piece of an f-string or template: the expression, then those of its format."""
        if isinstance(part, cst.FormattedStringExpression | cst.TemplatedStringExpression):
            yield self.expr(part.expression)
            for inner in part.format_spec or ():
                yield from self._replaced(inner)

    def _attribute(self, node: cst.Attribute) -> m.Expr:
        return m.Attr(self.expr(node.value), node.attr.value)

    def _arg(self, arg: cst.Arg) -> m.Arg:
        return m.Arg(self.expr(arg.value), arg.keyword.value if arg.keyword is not None else None, len(arg.star))

    def _call(self, node: cst.Call) -> m.Expr:
        func = self.expr(node.func)
        if isinstance(func, m.Name):
            self.names.called.add(func.id)
        elif isinstance(func, m.Attr):
            self.names.called.add(func.name)
        self._decorating(func)
        args = tuple([self._arg(arg) for arg in node.args])
        return m.Call(func, args, *self._spans.of(node))

    def _sequence(self, node: cst.List | cst.Tuple | cst.Set) -> m.Expr:
        items = tuple(
            m.Starred(self.expr(element.value)) if element.__class__ is cst.StarredElement else self.expr(element.value)
            for element in node.elements
        )
        return m.Seq(_KINDS[node.__class__], items, *self._spans.of(node))

    def _starred(self, node: cst.StarredElement) -> m.Expr:
        return m.Starred(self.expr(node.value))

    def _dict(self, node: cst.Dict) -> m.Expr:
        items = tuple(
            (self.expr(element.key) if isinstance(element, cst.DictElement) else None, self.expr(element.value))
            for element in node.elements
        )
        return m.Map(items, *self._spans.of(node))

    def _binary(self, node: cst.BinaryOperation) -> m.Expr:
        return m.Binary(_OPERATORS.get(node.operator.__class__, "?"), self.expr(node.left), self.expr(node.right))

    def _unary(self, node: cst.UnaryOperation) -> m.Expr:
        return m.Unary(_OPERATORS.get(node.operator.__class__, "?"), self.expr(node.expression))

    def _boolean(self, node: cst.BooleanOperation) -> m.Expr:
        operator: Literal["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
        return m.Boolean(operator, self.expr(node.left), self.expr(node.right))

    def _comparison(self, node: cst.Comparison) -> m.Expr:
        rest = tuple(
            (_OPERATORS.get(one.operator.__class__, "?"), self.expr(one.comparator)) for one in node.comparisons
        )
        return m.Compare(self.expr(node.left), rest)

    def _subscript(self, node: cst.Subscript) -> m.Expr:
        start, end = self._spans.of(node)
        parts = tuple(self._index(element.slice) for element in node.slice)
        index = parts[0] if len(parts) == 1 else m.Seq("tuple", parts, start, end)
        return m.Subscript(self.expr(node.value), index, start, end)

    def _index(self, node: cst.BaseSlice) -> m.Expr:
        if isinstance(node, cst.Index):
            return m.Starred(self.expr(node.value)) if node.star else self.expr(node.value)
        if isinstance(node, cst.Slice):
            parts = (node.lower, node.upper, node.step)
            return m.Opaque(tuple(self.expr(part) for part in parts if part is not None), "slice")
        return _EMPTY

    def _choice(self, node: cst.IfExp) -> m.Expr:
        return m.Choice(self.expr(node.test), self.expr(node.body), self.expr(node.orelse))

    def _await(self, node: cst.Await) -> m.Expr:
        return m.Await(self.expr(node.expression), *self._spans.of(node))

    def _yield(self, node: cst.Yield) -> m.Expr:
        self._yields[-1] = True
        value = node.value
        if isinstance(value, cst.From):
            return m.Yield(self.expr(value.item), True, *self._spans.of(node))  # noqa: FBT003  # a struct's field
        return m.Yield(self.expr(value) if value is not None else None, False, *self._spans.of(node))  # noqa: FBT003

    def _lambda(self, node: cst.Lambda) -> m.Expr:
        self._yields.append(False)
        lowered = m.Lambda(self._params(node.params), self.expr(node.body), *self._spans.of(node))
        self._yields.pop()
        return lowered

    def _comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> m.Expr:
        generators = tuple(self._generators(node.for_in))
        kind = _COMPREHENSIONS[node.__class__]
        return m.Comp(kind, None, self.expr(node.elt), generators, *self._spans.of(node))

    def _dict_comp(self, node: cst.DictComp) -> m.Expr:
        generators = tuple(self._generators(node.for_in))
        return m.Comp("dict", self.expr(node.key), self.expr(node.value), generators, *self._spans.of(node))

    def _starred_dict_comp(self, node: cst.StarredDictComp) -> m.Expr:
        generators = tuple(self._generators(node.for_in))
        return m.Opaque((m.Comp("generator", None, self.expr(node.value), generators, *self._spans.of(node)),))

    def _generators(self, node: cst.CompFor | None) -> Iterable[m.Generator]:
        while node is not None:
            tests = tuple(self.expr(test.test) for test in node.ifs)
            yield m.Generator(self.expr(node.target), self.expr(node.iter), tests, node.asynchronous is not None)
            node = node.inner_for_in

    def _walrus(self, node: cst.NamedExpr) -> m.Expr:
        return m.Walrus(self.expr(node.target), self.expr(node.value))

    def _ellipsis(self, _node: cst.Ellipsis) -> m.Expr:
        return m.Opaque((), "...")

    def _params(self, params: cst.Parameters) -> tuple[m.Param, ...]:
        out = [self._param(param, "positional") for param in params.posonly_params]
        out += [self._param(param, "plain") for param in params.params]
        if isinstance(params.star_arg, cst.Param):
            out.append(self._param(params.star_arg, "star"))
        out += [self._param(param, "keyword") for param in params.kwonly_params]
        if params.star_kwarg is not None:
            out.append(self._param(params.star_kwarg, "double_star"))
        return tuple(out)

    def _param(
        self, param: cst.Param, kind: Literal["positional", "plain", "keyword", "star", "double_star"]
    ) -> m.Param:
        annotation = self.expr(param.annotation.annotation) if param.annotation is not None else None
        default = self.expr(param.default) if param.default is not None else None
        start, end = self._spans.of(param)
        return m.Param(param.name.value, kind, annotation, default, start, end)


def _dotted(node: cst.CSTNode) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _alias(alias: cst.ImportAlias) -> str | None:
    return alias.asname.name.value if alias.asname is not None and isinstance(alias.asname.name, cst.Name) else None


def _is_template(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.TemplatedString)


def _string(node: cst.SimpleString | cst.ConcatenatedString) -> str | bytes | None:
    try:
        return node.evaluated_value
    except (SyntaxError, ValueError):  # an escape that CPython refuses
        return None
    except (AttributeError, TypeError):  # LibCST 1.9 knows no value of a template, nor of a text beside bytes
        return None


def _is_storable(text: str) -> bool:
    """Whether the text has no lone surrogate, which UTF-8 cannot hold."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _unescaped(text: str, prefix: str) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    if "r" in prefix.lower() or "\\" not in text:
        return text
    try:
        return text.encode("latin-1", "backslashreplace").decode("unicode_escape")
    except UnicodeDecodeError:
        return text


def _pattern_names(pattern: cst.CSTNode) -> Iterable[str]:
    pending = [pattern]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.MatchAs | cst.MatchStar) and isinstance(node.name, cst.Name):
            yield node.name.value
        if isinstance(node, cst.MatchMapping) and isinstance(node.rest, cst.Name):
            yield node.rest.value
        pending += [child for child in node.children if not isinstance(child, cst.BaseExpression)]


_STATEMENTS: Final[Mapping[type[cst.CSTNode], Callable[..., m.Stmt | None]]] = {
    cst.Assign: Lowering._assign,
    cst.AnnAssign: Lowering._ann_assign,
    cst.AugAssign: Lowering._aug_assign,
    cst.TypeAlias: Lowering._type_alias,
    cst.Del: Lowering._delete,
    cst.Expr: Lowering._do,
    cst.Assert: Lowering._assert,
    cst.Import: Lowering._import,
    cst.LazyImport: Lowering._import,
    cst.ImportFrom: Lowering._import_from,
    cst.LazyImportFrom: Lowering._import_from,
    cst.FunctionDef: Lowering._function,
    cst.ClassDef: Lowering._class,
    cst.If: Lowering._if,
    cst.For: Lowering._for,
    cst.While: Lowering._while,
    cst.Try: Lowering._try,
    cst.TryStar: Lowering._try,
    cst.With: Lowering._with,
    cst.Match: Lowering._match,
    cst.Return: Lowering._return,
    cst.Raise: Lowering._raise,
    cst.Global: Lowering._global,
    cst.Nonlocal: Lowering._nonlocal,
    cst.Break: Lowering._break,
    cst.Continue: Lowering._continue,
}
_EXPRESSIONS: Final[Mapping[type[cst.CSTNode], Callable[..., m.Expr]]] = {
    cst.Name: Lowering._name,
    cst.Integer: Lowering._integer,
    cst.Float: Lowering._float,
    cst.SimpleString: Lowering._text,
    cst.ConcatenatedString: Lowering._text,
    cst.FormattedString: Lowering._formatted,
    cst.TemplatedString: Lowering._templated,
    cst.Attribute: Lowering._attribute,
    cst.Call: Lowering._call,
    cst.List: Lowering._sequence,
    cst.Tuple: Lowering._sequence,
    cst.Set: Lowering._sequence,
    cst.StarredElement: Lowering._starred,
    cst.Dict: Lowering._dict,
    cst.BinaryOperation: Lowering._binary,
    cst.UnaryOperation: Lowering._unary,
    cst.BooleanOperation: Lowering._boolean,
    cst.Comparison: Lowering._comparison,
    cst.Subscript: Lowering._subscript,
    cst.IfExp: Lowering._choice,
    cst.Await: Lowering._await,
    cst.Yield: Lowering._yield,
    cst.Lambda: Lowering._lambda,
    cst.ListComp: Lowering._comprehension,
    cst.SetComp: Lowering._comprehension,
    cst.GeneratorExp: Lowering._comprehension,
    cst.DictComp: Lowering._dict_comp,
    cst.StarredDictComp: Lowering._starred_dict_comp,
    cst.NamedExpr: Lowering._walrus,
    cst.Ellipsis: Lowering._ellipsis,
}
