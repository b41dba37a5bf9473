"""Shell scripts as syntax trees: the only place that knows tree-sitter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def parse_shell(data: bytes) -> Node:
    """Return the root of a script's tree; what is not understood becomes ERROR nodes, nothing is raised.

    The parser is imported here, because most runs meet no script and start-up time counts.
    """
    import tree_sitter  # noqa: PLC0415
    import tree_sitter_bash  # noqa: PLC0415

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
    return parser.parse(data).root_node
