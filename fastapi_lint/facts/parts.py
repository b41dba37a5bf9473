"""What LibCST's nodes consist of in the source, class by class, in order: one table, from which `layout` is compiled.

The order is that in which LibCST 1.8 and 1.9 write them (`_codegen_impl` of each class). The parts:

- `'text'`: these characters; `|` the indentation of the block
- `name`, `name?`, `name*`, `name+`: a child, an optional one (None or a sentinel), a sequence, a child or a sequence
- `~name`, `~name?`: white space, optional white space; `$name`, `$name?`: characters that the node itself holds
- `->name`: an optional annotation behind an arrow
- `@name`: the name of a definition, whose span is noted
- `< ... >`: the span to note; `( ... )`: the same inside the parentheses that an expression may stand in, and
  `[ ... ]` parentheses whose inside is not noted
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPOUND: Final = "leading_lines* |"
_DEFINITION: Final = "leading_lines* decorators* lines_after_decorators* |"
_AFTER_NAME: Final = "~whitespace_after_name type_parameters? ~whitespace_after_type_parameters"
_COLON: Final = "~whitespace_before_colon ':'"
_KEY: Final = "key ~whitespace_before_colon ':' ~whitespace_after_colon value"

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Expressions.
        "Name": "[ $value ]",
        "Integer": "[ $value ]",
        "Float": "[ $value ]",
        "Imaginary": "[ $value ]",
        "Ellipsis": "[ '...' ]",
        "SimpleString": "( $value )",
        "ConcatenatedString": "( left ~whitespace_between right )",
        "FormattedString": "( $start parts* $end )",
        "FormattedStringText": "$value",
        "Attribute": "[ value dot attr ]",
        "Call": "( func ~whitespace_after_func '(' ~whitespace_before_args args* ')' )",
        "Arg": "$star ~whitespace_after_star keyword? equal? value comma? ~whitespace_after_arg",
        "Await": "( 'await' ~whitespace_after_await expression )",
        "Yield": "( 'yield' ~whitespace_after_yield? value? )",
        "From": "~whitespace_before_from? 'from' ~whitespace_after_from item",
        "Lambda": "( 'lambda' ~whitespace_after_lambda? params colon body )",
        "IfExp": (
            "[ body ~whitespace_before_if 'if' ~whitespace_after_if test"
            " ~whitespace_before_else 'else' ~whitespace_after_else orelse ]"
        ),
        "NamedExpr": "[ target ~whitespace_before_walrus ':=' ~whitespace_after_walrus value ]",
        "Comparison": "[ left comparisons* ]",
        "ComparisonTarget": "operator comparator",
        "UnaryOperation": "[ operator expression ]",
        "BinaryOperation": "[ left operator right ]",
        "BooleanOperation": "[ left operator right ]",
        "Subscript": "( value ~whitespace_after_value lbracket slice* rbracket )",
        "SubscriptElement": "slice comma?",
        "Index": "$star? ~whitespace_after_star? value",
        "Slice": "lower? first_colon upper? second_colon? step?",
        "Tuple": "( elements* )",
        "List": "( lbracket elements* rbracket )",
        "Set": "( lbrace elements* rbrace )",
        "Dict": "( lbrace elements* rbrace )",
        "Element": "value comma?",
        "StarredElement": "[ '*' ~whitespace_before_value value ] comma?",
        "DictElement": f"{_KEY} comma?",
        "StarredDictElement": "'**' ~whitespace_before_value value comma?",
        "GeneratorExp": "( elt for_in )",
        "ListComp": "( lbracket elt for_in rbracket )",
        "SetComp": "( lbrace elt for_in rbrace )",
        "DictComp": f"( lbrace {_KEY} for_in rbrace )",
        "CompFor": (
            "~whitespace_before asynchronous? 'for' ~whitespace_after_for target"
            " ~whitespace_before_in 'in' ~whitespace_after_in iter ifs* inner_for_in?"
        ),
        "CompIf": "~whitespace_before 'if' ~whitespace_before_test test",
        "Asynchronous": "'async' ~whitespace_after",
        # Brackets and signs; those with white space on both sides are in `SIGNS`.
        "LeftParen": "'(' ~whitespace_after",
        "RightParen": "~whitespace_before ')'",
        "LeftSquareBracket": "'[' ~whitespace_after",
        "RightSquareBracket": "~whitespace_before ']'",
        "LeftCurlyBrace": "'{' ~whitespace_after",
        "RightCurlyBrace": "~whitespace_before '}'",
        "Plus": "'+' ~whitespace_after",
        "Minus": "'-' ~whitespace_after",
        "BitInvert": "'~' ~whitespace_after",
        "Not": "'not' ~whitespace_after",
        "NotEqual": "~whitespace_before $value ~whitespace_after",
        "NotIn": "~whitespace_before 'not' ~whitespace_between 'in' ~whitespace_after",
        "IsNot": "~whitespace_before 'is' ~whitespace_between 'not' ~whitespace_after",
        # Simple statements.
        "SimpleStatementLine": "leading_lines* | body* trailing_whitespace",
        "Expr": "< value > semicolon?",
        "Pass": "'pass' semicolon?",
        "Break": "'break' semicolon?",
        "Continue": "'continue' semicolon?",
        "Assign": "< targets* value > semicolon?",
        "AssignTarget": "target ~whitespace_before_equal '=' ~whitespace_after_equal",
        "AnnAssign": "< target annotation equal? value? > semicolon?",
        "AugAssign": "< target operator value > semicolon?",
        "Return": "< 'return' ~whitespace_after_return? value? > semicolon?",
        "Raise": "< 'raise' ~whitespace_after_raise? exc? cause? > semicolon?",
        "Assert": "< 'assert' ~whitespace_after_assert test comma? msg? > semicolon?",
        "Del": "< 'del' ~whitespace_after_del target > semicolon?",
        "Global": "'global' ~whitespace_after_global names* semicolon?",
        "Nonlocal": "'nonlocal' ~whitespace_after_nonlocal names* semicolon?",
        "NameItem": "name comma?",
        "Import": "< 'import' ~whitespace_after_import names* > semicolon?",
        "ImportFrom": (
            "< 'from' ~whitespace_after_from relative* module? ~whitespace_before_import 'import'"
            " ~whitespace_after_import lpar? names+ rpar? > semicolon?"
        ),
        "ImportAlias": "name asname? comma?",
        "ImportStar": "'*'",
        "AsName": "~whitespace_before_as 'as' ~whitespace_after_as name",
        # Compound statements; `If` and `IndentedBlock` are written out in `layout`.
        "Else": f"{_COMPOUND} 'else' {_COLON} body",
        "For": (
            f"{_COMPOUND} < asynchronous? 'for' ~whitespace_after_for target ~whitespace_before_in 'in'"
            f" ~whitespace_after_in iter {_COLON} body orelse? >"
        ),
        "While": f"{_COMPOUND} < 'while' ~whitespace_after_while test {_COLON} body orelse? >",
        "With": (f"{_COMPOUND} < asynchronous? 'with' ~whitespace_after_with lpar? items* rpar? {_COLON} body >"),
        "WithItem": "item asname? comma?",
        "Try": f"{_COMPOUND} < 'try' {_COLON} body handlers* orelse? finalbody? >",
        "TryStar": f"{_COMPOUND} < 'try' {_COLON} body handlers* orelse? finalbody? >",
        "ExceptHandler": f"{_COMPOUND} < 'except' ~whitespace_after_except type? name? {_COLON} body >",
        "ExceptStarHandler": (
            f"{_COMPOUND} < 'except' ~whitespace_after_except '*' ~whitespace_after_star type? name? {_COLON} body >"
        ),
        "Finally": f"{_COMPOUND} 'finally' {_COLON} body",
        "Decorator": f"{_COMPOUND} < '@' ~whitespace_after_at decorator > trailing_whitespace",
        "FunctionDef": (
            f"{_DEFINITION} < asynchronous? 'def' ~whitespace_after_def @name {_AFTER_NAME} '('"
            f" ~whitespace_before_params params ')' ->returns {_COLON} body >"
        ),
        "ClassDef": (
            f"{_DEFINITION} < 'class' ~whitespace_after_class @name {_AFTER_NAME} lpar? bases* keywords* rpar?"
            f" {_COLON} body >"
        ),
        "SimpleStatementSuite": "< ~leading_whitespace body* trailing_whitespace >",
        "Annotation": "~whitespace_before_indicator? ':' ~whitespace_after_indicator annotation",
        "Parameters": "posonly_params* posonly_ind? params* star_arg? kwonly_params* star_kwarg?",
        "Param": ("< $star ~whitespace_after_star name annotation? equal? default? comma? ~whitespace_after_param >"),
        "ParamStar": "'*' comma",
        "ParamSlash": "'/' ~whitespace_after comma?",
    }
)
"""The parts of a class by its name."""

SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Dot": ".",
        "Comma": ",",
        "Colon": ":",
        "Semicolon": ";",
        "AssignEqual": "=",
        "And": "and",
        "Or": "or",
        "In": "in",
        "Is": "is",
        "Equal": "==",
        "LessThan": "<",
        "GreaterThan": ">",
        "LessThanEqual": "<=",
        "GreaterThanEqual": ">=",
        "Add": "+",
        "Subtract": "-",
        "Multiply": "*",
        "Divide": "/",
        "FloorDivide": "//",
        "Modulo": "%",
        "Power": "**",
        "MatrixMultiply": "@",
        "LeftShift": "<<",
        "RightShift": ">>",
        "BitOr": "|",
        "BitAnd": "&",
        "BitXor": "^",
        "AddAssign": "+=",
        "SubtractAssign": "-=",
        "MultiplyAssign": "*=",
        "DivideAssign": "/=",
        "FloorDivideAssign": "//=",
        "ModuloAssign": "%=",
        "PowerAssign": "**=",
        "MatrixMultiplyAssign": "@=",
        "LeftShiftAssign": "<<=",
        "RightShiftAssign": ">>=",
        "BitOrAssign": "|=",
        "BitAndAssign": "&=",
        "BitXorAssign": "^=",
    }
)
"""The signs with white space on both sides, by the names of their classes."""
