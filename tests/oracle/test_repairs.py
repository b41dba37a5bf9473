"""What the repairs make of the bad applications of the proofs, under the framework: the harm is gone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from fastapi_lint.engine.repair import repair, write_changes
from fastapi_lint.engine.run import Request
from fastapi_lint.rules.catalogue import all_rules
from tests.oracle.generate import of_seed
from tests.oracle.interpreters import PROOFS, Interpreter

ALLOWED = "access-control-allow-origin"
BOTH = ["connect", "disconnect"]

COMMANDS = {
    "cors_inside_rejecting_middleware": "asks",
    "lifespan_not_forwarded": "lifespan",
    "removed_event_api": "lifespan",
    "shadowed_route": "asks",
    "startup_event": "lifespan",
    "unchecked_scope_type": "lifespan",
}
"""The commands of `probe.py` that show the harm, `request` for all others."""


def answered(result: dict[str, Any]) -> tuple[Any, Any]:
    return result["status"], result["error"]


def once(result: dict[str, Any]) -> bool:
    return bool(result["journal"]) and len(set(result["journal"])) == len(result["journal"])


def replies(result: dict[str, Any]) -> list[tuple[int, Any]]:
    return [
        (one["status"], one["body"] if one["status"] == 200 else ALLOWED in one["headers"]) for one in result["replies"]
    ]


WELL = {
    "cleanup_outside_finally/bad_pool": lambda one: (one["status"], one["body"]) == (404, {"checked_out": 0}),
    "commit_after_response/bad_begin_block": lambda one: one["status"] == 500 and "IntegrityError" in one["error"],
    "cors_inside_rejecting_middleware/bad_backend_outside": lambda one: replies(one) == [(400, True)],
    "cors_inside_rejecting_middleware/bad_check_outside": lambda one: replies(one)[0] == (401, True),
    "cors_inside_rejecting_middleware/bad_catching_outside": lambda one: replies(one) == [(500, True)],
    "flat_routes_assumed/bad_attribute": lambda one: one["journal"] == ["/v1/items"],
    "flat_routes_assumed/bad_isinstance": lambda one: sorted(one["journal"]) == ["/own", "/v1/items"],
    "http_exception_in_middleware/bad_dispatch": lambda one: answered(one) == (401, None),
    "http_exception_in_middleware/bad_raised_again": lambda one: answered(one) == (401, None),
    "lifespan_not_forwarded/bad_returns": lambda one: one["body"] == {"started": True},
    "removed_event_api/bad_add_event_handler": lambda one: one["journal"] == ["connect"],
    "returned_http_exception/bad_dependency": lambda one: one["status"] in {401, 403} and one["journal"] == [],
    "returned_http_exception/bad_endpoint": lambda one: answered(one) == (404, None),
    "returned_http_exception/bad_response_model": lambda one: answered(one) == (404, None),
    "shadowed_route/bad_below_a_mount": lambda one: replies(one) == [(200, "list_files"), (200, "other")],
    "shadowed_route/bad_literal_after_parameter": lambda one: replies(one) == [(200, "read_me"), (200, "read_user")],
    "shadowed_route/bad_path_convertor": lambda one: len({body for _, body in replies(one)}) == 2,
    "startup_event/bad_on_event": lambda one: one["journal"] == BOTH and not any("event" in text for text in one["warnings"]),
    "swallowed_exception/bad_except": lambda one: answered(one) == (404, None),
    "swallowed_exception/bad_except_async": lambda one: answered(one) == (404, None),
    "unchecked_scope_type/bad_path": lambda one: one["startup"] == "startup.complete",
    "unchecked_scope_type/bad_request": lambda one: one["body"] == {"started": True},
    "uncached_duplicate_dependency/bad_factory_closure": once,
    "uncached_duplicate_dependency/bad_instance": once,
    "uncached_duplicate_dependency/bad_partial": once,
    "uncached_duplicate_dependency/bad_use_cache_false": once,
    "uncalled_security_class/bad_basic": lambda one: one["status"] == 401,
    "uncalled_security_class/bad_bearer": lambda one: one["status"] in {401, 403},
    "uncalled_security_class/bad_subclass": lambda one: one["status"] == 418,
}  # fmt: skip
"""What tells that the harm of a proof is gone."""


@pytest.fixture(scope="module")
def mended(newest: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every bad application that a repair changes, as it is then and as it runs."""
    found: dict[str, dict[str, Any]] = {}
    for rule in all_rules():
        folder = rule.name.replace("-", "_")
        if not rule.is_repairing or not (PROOFS / folder).is_dir():
            continue
        changed = []
        for proof in sorted((PROOFS / folder).glob("bad_*.py")):
            project = tmp_path_factory.mktemp("mended") / "project"
            project.mkdir()
            file = Path(shutil.copy(proof, project))
            target = (f"fastapi={newest.version}", f"starlette={'.'.join(map(str, newest.starlette))}")
            request = Request((str(project),), project, select=(rule.code,), target_version=target, jobs=1)
            repaired = repair(request, lambda report: report, unsafe=True)
            assert write_changes(repaired.root, repaired.changes) == repaired.problems == ()
            changed += [file] if repaired.changes else []
        results = newest.probe(COMMANDS.get(folder, "request"), changed, tmp_path_factory.mktemp("run"))
        found |= {f"{folder}/{stem}": result for stem, result in results.items()}
    return found


@pytest.mark.parametrize("proof", sorted(WELL))
def test_the_harm_is_gone(mended: dict[str, dict[str, Any]], proof: str) -> None:
    assert WELL[proof](mended[proof]), mended[proof]


def test_every_application_that_a_repair_changes_has_an_expectation(mended: dict[str, dict[str, Any]]) -> None:
    assert set(mended) == set(WELL)


SEEDS = 40
JOURNAL = "def note(*arguments): ...\ndef leave(*arguments): ...\n"
COUNT = """
import importlib, sys
module, _, attribute = sys.argv[1].partition(":")
made = getattr(importlib.import_module(module), attribute)
print(len((made() if attribute == "create_app" else made).routes))
"""


def test_random_projects_can_be_imported_with_as_many_routes_as_before(newest: Interpreter, tmp_path: Path) -> None:
    changed = 0
    for seed in range(SEEDS):
        project = of_seed(seed, newest.version)
        folder = tmp_path / str(seed)
        folder.mkdir()
        project.write(folder)
        (folder / "journal.py").write_text(JOURNAL, encoding="utf-8")
        starlette = ".".join(map(str, newest.starlette))
        target = (f"fastapi={newest.version}", f"starlette={starlette}")
        request = Request((str(folder),), folder, target_version=target, jobs=1)
        repaired = repair(request, lambda report: report, unsafe=True)
        assert repaired.problems == repaired.report.failures == ()
        assert all(one.fix is None for one in repaired.report.diagnostics)
        if repaired.changes:
            changed += 1
            before = newest.run("-W", "ignore", "-c", COUNT, project.made, cwd=folder)
            assert write_changes(repaired.root, repaired.changes) == ()
            assert newest.run("-W", "ignore", "-c", COUNT, project.made, cwd=folder) == before, f"{seed}\n{project}"
    assert changed > SEEDS // 10
