"""The `sarif` format, version 2.1.0, as code scanning services read it.

Paths are relative to `%SRCROOT%`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi_lint import __version__
from fastapi_lint.core.finding import Severity
from fastapi_lint.report.fingerprint import fingerprints
from fastapi_lint.report.json import dump
from fastapi_lint.report.rule_info import RuleInfo
from fastapi_lint.report.sanitize import sanitize, without_surrogates

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Failure, Fix, Place, Report, Skipped
    from fastapi_lint.report.look import Look

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "fastapiLintLine/v1"
_HOME = "https://fastapi-lint.readthedocs.io"

Object = dict[str, object]


def render(report: Report, look: Look) -> str:
    """Return a SARIF log of one run, in ASCII; `look.rules` describes the rules that reported something."""
    codes = sorted({diagnostic.code for diagnostic in report.diagnostics})
    rules = [look.rules.get(code) or _unknown_rule(code, report) for code in codes]
    indices = {code: index for index, code in enumerate(codes)}
    run: Object = {
        "tool": {
            "driver": {
                "name": "fastapi-lint",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": _HOME,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which fastapi-lint was started."}}},
        "invocations": [_invocation(report)],
        "results": [
            _result(diagnostic, indices[diagnostic.code], fingerprint)
            for diagnostic, fingerprint in zip(report.diagnostics, fingerprints(report), strict=True)
        ],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _unknown_rule(code: str, report: Report) -> RuleInfo:
    example = next(diagnostic for diagnostic in report.diagnostics if diagnostic.code == code)
    summary = example.name.replace("-", " ").capitalize()
    return RuleInfo(code, example.name, summary, summary, example.url, example.severity)


def _rule(rule: RuleInfo) -> Object:
    summary = f"{rule.summary.rstrip('.')}."
    help_uri: Object = {"helpUri": rule.url} if rule.url else {}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": rule.explanation or summary, "markdown": rule.explanation or summary},
        **help_uri,
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": ["fastapi", rule.layer] if rule.layer else ["fastapi"]},
    }


def _result(diagnostic: Diagnostic, index: int, fingerprint: str) -> Object:
    message = sanitize(diagnostic.message)
    if diagnostic.help:
        message = f"{message}\n{sanitize(diagnostic.help)}"
    result: Object = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": _level(diagnostic.severity),
        "message": {"text": message},
        "locations": [_location(diagnostic.place)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
        "properties": {"confidence": diagnostic.confidence.value},
    }
    if diagnostic.notes:
        result["relatedLocations"] = [
            {"id": number, **_location(note.place), "message": {"text": sanitize(note.message) or "see here"}}
            for number, note in enumerate(diagnostic.notes, 1)
        ]
    changes = _changes(diagnostic.fix)
    if diagnostic.fix is not None and changes:
        result["fixes"] = [
            {"description": {"text": sanitize(diagnostic.fix.message) or "Apply"}, "artifactChanges": changes}
        ]
    return result


def _level(severity: Severity) -> str:
    return "note" if severity is Severity.INFO else severity.value


def _location(place: Place) -> Object:
    return {"physicalLocation": {"artifactLocation": _artifact(place.filename), "region": _region(place)}}


def _artifact(filename: str) -> Object:
    # Quoted byte by byte, even a name that is no UTF-8 survives.
    try:
        name = filename.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        name = filename.encode("utf-8", "surrogatepass")
    return {"uri": quote(name, safe="/"), "uriBaseId": _ROOT}


def _region(place: Place) -> Object:
    return {
        "startLine": place.start.row,
        "startColumn": place.start.column,
        "endLine": place.end.row,
        "endColumn": place.end.column,
    }


def _changes(fix: Fix | None) -> list[Object]:
    """Return the edits by file; none where one of them has no place, for half of a fix would be worse than none."""
    if fix is None:
        return []
    by_file: dict[str, list[Object]] = {}
    for edit in fix.edits:
        if edit.place is None:
            return []
        inserted = {"insertedContent": {"text": without_surrogates(edit.replacement)}} if edit.replacement else {}
        by_file.setdefault(edit.place.filename, []).append({"deletedRegion": _region(edit.place), **inserted})
    return [
        {"artifactLocation": _artifact(filename), "replacements": replacements}
        for filename, replacements in sorted(by_file.items())
    ]


def _invocation(report: Report) -> Object:
    notifications = [
        *(_skipped(skipped) for skipped in report.skipped),
        *(_failure(failure) for failure in report.failures),
        *({"level": "warning", "message": {"text": sanitize(warning) or "warning"}} for warning in report.warnings),
    ]
    return {"executionSuccessful": not report.failures, "toolExecutionNotifications": notifications}


def _skipped(skipped: Skipped) -> Object:
    return {
        "level": "warning",
        "message": {"text": f"Not checked: {sanitize(skipped.reason)}."},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(skipped.filename)}}],
    }


def _failure(failure: Failure) -> Object:
    text = f"Rule {sanitize(failure.rule)} crashed on {sanitize(failure.entity)}: {sanitize(failure.message)}"
    return {"level": "error", "message": {"text": text}}
