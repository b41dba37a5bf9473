"""The repairs of rules, asked for one finding at a time: what mends it, and which repair crashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Failure
from fastapi_lint.edits.editor import Editor
from fastapi_lint.rules.catalogue import all_rules

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Finding, Fix
    from fastapi_lint.engine.files import Files
    from fastapi_lint.rules.rule import Rule


class Mender:
    """Asks the rules for what mends their findings."""

    def __init__(self, files: Files) -> None:
        """Take the files that the findings are of."""
        self._editor = Editor(files.read, files.encoding)
        self._rules: dict[str, Rule[object]] = {rule.code: rule for rule in all_rules() if rule.is_repairing}
        self.failures: list[Failure] = []
        """The repairs that crashed so far."""

    def fix(self, code: str, finding: Finding) -> Fix | None:
        """Return what mends a finding, None where nothing does."""
        rule = self._rules.get(code)
        if rule is None:
            return None
        try:
            return rule.fix(finding, self._editor)
        except OSError:  # the file has gone meanwhile
            return None
        except Exception as error:  # noqa: BLE001  # one repair's mistake must not cost the others' findings
            self.failures.append(Failure(rule.name, finding.location.path, f"{type(error).__name__}: {error}"))
            return None
