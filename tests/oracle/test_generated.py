"""What the linter says of random projects is what FastAPI makes of them and does: differential testing.

A failure prints the seed, the files and the difference; `python -m tests.oracle.shrink_generated <version> <seed>`
makes the project smaller.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.compare_generated import Framework, compare
from tests.oracle.generate import Project, of_seed, projects
from tests.oracle.interpreters import NEWEST, Interpreter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.oracle.compare_generated import Comparison

SIZE = 100
BATCHES = ((NEWEST, 0), (NEWEST, 1), (NEWEST, 2), ("0.136.3", 0), ("0.115.14", 0), ("0.105.0", 0))
"""The versions, and which hundred of their seeds."""

WRITTEN = {
    "settings": r"class Settings",
    "a prefix of a constant": r"prefix=API_PREFIX",
    "a prefix of an f-string": r"prefix=f'",
    "includes of pairs": r"for \w+, \w+ in [\[(]\(.*\n\s+\w+(\.\w+)*\.include_router",
    "includes of a dictionary": r"\.items\(\):\n\s+\w+(\.\w+)*\.include_router",
    "includes in a comprehension": r"\[\w+(\.\w+)*\.include_router",
    "numbered includes": r"in enumerate\(",
    "routes in a loop": r"for \w+, \w+ in .*\n\s+\w+(\.\w+)*\.add_api_route",
    "a factory of the application": r"app = create_app\(\)",
    "a factory for the server": r"--factory",
    "a server line": r"web: uvicorn",
    "an application in a class": r"self\.app = \w*(\.?FastAPI)?\w*\(",
    "a subclass of the application": r"class Shop\(",
    "a subclass of the router": r"class PrefixedRouter\(",
    "a factory of routers": r"def make_router\(",
    "a controller": r"self\.router\.add_api_route",
    "a helper": r"def register\w*\(",
    "an import in a function": r"^ +from \S+ import",
    "a mounted application": r"\.mount\(",
    "a plain route": r"\.add_route\(",
    "routes of the constructor": r"routes=\[",
    "a class as endpoint": r"\(HTTPEndpoint\w*\)|endpoints\.HTTPEndpoint\)",
    "a websocket": r"\.websocket\(",
    "several methods": r"\.api_route\(",
    "an endpoint of an object": r"class Views:",
    "a lambda as endpoint": r"lambda: \{",
    "a pure middleware": r"async def __call__\(self, scope",
    "a dispatching middleware": r"async def dispatch\(",
    "a function as middleware": r"@\w+(\.\w+)*\.middleware\(",
    "middleware by a call": r"\.middleware\(\"http\"\)\(",
    "middleware of the constructor": r"middleware=\[",
    "middleware in a loop": r"for \w+ in .*\n\s+\w+(\.\w+)*\.add_middleware",
    "a dispatch function": r"dispatch=",
    "a library's middleware": r"CORSMiddleware",
    "a coroutine": r"async def get_\w+\(.*\n    note\(\)\n    return",
    "a generator": r"\ndef get_\w+\(.*\n    note\(\)\n    (try|yield)",
    "an asynchronous generator": r"async def get_\w+\(.*\n    note\(\)\n    (try|yield)",
    "a callable object": r"class Check\w+:",
    "a bound method": r"class \w+Service:",
    "a static method": r"@staticmethod",
    "a class method": r"@classmethod",
    "a partial": r"partial\w*\(\w",
    "a lambda": r"= lambda",
    "a closure": r"def require_\w+\(",
    "a memoised closure": r"@\S*cache\w*\ndef require_",
    "a closure over a dependency": r"def with_\w+\(dependency\)",
    "a decorated function": r"def logged",
    "a dataclass": r"__post_init__",
    "an alias": r"Dep = \S*Annotated\w*\[",
    "a nested alias": r"Again = ",
    "an optional alias": r"Optional\w*\[\w+Dep\]",
    "Depends() of a class": r"Depends\w*\(\)",
    "an override": r"\.dependency_overrides\[",
    "no cache": r"use_cache=False",
    "security scopes": r"scopes=\[",
    "SecurityScopes": r": \S*SecurityScopes",
    "a security scheme": r"HTTPBearer\w*\(",
    "a scope": r"scope=\"function\"",
    "dependencies of the application": r"FastAPI\w*\(.*dependencies=\[",
    "dependencies of a router": r"APIRouter\w*\(.*dependencies=\[",
    "dependencies of an inclusion": r"include_router\(.*dependencies=\[",
    "dependencies of a route": r"\.get\(.*dependencies=\[",
    "an exception handler": r"\.exception_handler\(",
    "exception handlers of the constructor": r"exception_handlers=\{",
    "a status as exception": r"status\.HTTP_409_CONFLICT|_handler\(404",
    "a lifespan": r"lifespan=",
    "an event": r"\.on_event\(",
    "events of the constructor": r"on_startup=\[",
    "an added event": r"\.add_event_handler\(",
    "a relative import": r"^from \.\w* import",
    "an import of everything": r"^from \S+ import \*$",
    "an exported name": r"^from \.\w+ import \w+ as \w+$",
    "a list of public names": r"__all__",
    "an alias of an import": r"^import \S+ as ",
    "a dotted import": r"^import shop\.\S+$",
    "an import for types": r"if (typing\.)?TYPE_CHECKING",
    "annotations as texts": r"from __future__",
}
"""What some of the projects have to hold."""


@pytest.fixture(scope="module")
def framework_of() -> Iterator[Callable[[str], Framework]]:
    """Give the running interpreter of a version; a missing one is skipped, a missing newest one is a failure."""
    with ExitStack() as stack:
        running: dict[str, Framework] = {}

        def framework(version: str) -> Framework:
            found = Interpreter.find(version)
            if found is None:
                reason = f"no environment with FastAPI {version}: run `make oracle-venvs`"
                pytest.fail(reason, pytrace=False) if version == NEWEST else pytest.skip(reason)
            if version not in running:
                running[version] = stack.enter_context(Framework(found))
            return running[version]

        yield framework


def _failure(title: str, project: Project, found: Comparison) -> str:
    return "\n".join((title, str(project), f"what a server would start: {project.target}", "", *found.differences))


@pytest.mark.parametrize(("version", "batch"), BATCHES, ids=[f"fastapi-{version}-{one}" for version, one in BATCHES])
def test_the_linter_says_what_the_framework_does(
    framework_of: Callable[[str], Framework], version: str, batch: int
) -> None:
    seeds = range(batch * SIZE, (batch + 1) * SIZE)
    made = [of_seed(seed, version) for seed in seeds]
    failures, incomplete, requests = [], [], 0
    for seed, project, found in zip(seeds, made, compare(framework_of(version), made), strict=True):
        requests += found.requests
        if found.differences:
            failures.append(_failure(f"seed {seed}, FastAPI {version}", project, found))
        elif not found.is_complete:
            incomplete.append((seed, found.unknown))
    assert not failures, f"{len(failures)} of {SIZE} projects differ, the first:\n\n{failures[0]}"
    assert len(incomplete) < 0.02 * SIZE, f"the linter does not know all of {incomplete}"
    assert requests > 5 * SIZE


def test_projects_of_hypothesis(framework_of: Callable[[str], Framework]) -> None:
    framework = framework_of(NEWEST)

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(projects(NEWEST))
    def check(project: Project) -> None:
        (found,) = compare(framework, [project])
        assert not found.differences, _failure(f"FastAPI {NEWEST}", project, found)

    check()


def test_the_story_of_another_version_differs(framework_of: Callable[[str], Framework]) -> None:
    made = [of_seed(seed, "0.105.0") for seed in range(20)]
    found = list(compare(framework_of(NEWEST), made, told_for="0.105.0"))
    differences = "\n".join(text for one in found for text in one.differences)
    assert "exit code" in differences
    assert "routes" in differences


def test_a_seed_is_one_project_for_ever() -> None:
    assert [of_seed(seed, NEWEST) for seed in range(5)] == [of_seed(seed, NEWEST) for seed in range(5)]


@pytest.mark.parametrize("what", WRITTEN)
def test_some_project_holds(what: str) -> None:
    pattern = re.compile(WRITTEN[what], re.MULTILINE)
    assert any(pattern.search(text) for seed in range(3 * SIZE) for text in of_seed(seed, NEWEST).files.values())
