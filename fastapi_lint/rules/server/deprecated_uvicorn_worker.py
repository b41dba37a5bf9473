"""A deprecated worker class of uvicorn for gunicorn.

## What it does

Reports `uvicorn.workers.UvicornWorker` and `uvicorn.workers.UvicornH11Worker` where gunicorn is told of them: in a
command, in gunicorn's configuration, in code that starts gunicorn, or as the base of a worker class of the project. The
same classes of the package `uvicorn-worker` are left alone, and so is an import that is only a fallback for it.

## Why it is bad

uvicorn deprecates the module since 0.30.0: fixes go to the package `uvicorn-worker`, and an upgrade that drops the
module keeps gunicorn from starting. Its `DeprecationWarning` comes up inside gunicorn, where Python hides it.

## Bad

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: Procfile
web: gunicorn app.main:app --workers 4 --worker-class uvicorn.workers.UvicornWorker
```

## Good

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: Procfile
web: gunicorn app.main:app --workers 4 --worker-class uvicorn_worker.UvicornWorker
```

## Fix safety

The fix names the class of the package `uvicorn-worker`. It is unsafe, since that package has to be installed, which is
left to you. `uvicorn --workers` needs no gunicorn at all, and gunicorn 24 and newer has an `asgi` worker of its own.

## References

- [Uvicorn: Deployment with gunicorn](https://www.uvicorn.org/deployment/#gunicorn)
- `uvicorn/workers.py` (0.30.0 to 0.54.0)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.knowledge.versions import NOT_STATED, Ternary
from fastapi_lint.lifecycle.model import Project
from fastapi_lint.lifecycle.worker_classes import WorkerClass, worker_classes
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

_NAMED: Final = re.compile(
    r"uvicorn\.workers(?=\.Uvicorn(H11)?Worker\b)|(?<=from )uvicorn\.workers(?= import Uvicorn(H11)?Worker\b[^,]*$)"
)

RULE = Rule(__name__, code="FL112", over=Project, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(project: Project, context: Context) -> Iterator[Finding]:
    holds = _holds(project)
    if holds is Ternary.NO:
        return
    for found in worker_classes(project):
        use = (
            f"the worker class `{found.built}` is built on `{found.name}`" if found.built else f"`{found.name}` is used"
        )
        yield Finding(
            found.location,
            f"{use}, which is deprecated since uvicorn 0.30: under gunicorn nobody sees the warning, and a release "
            "without it keeps the server from starting",
            tuple(_notes(found)),
            confidence=Confidence.CERTAIN if holds is Ternary.YES else Confidence.POSSIBLE,
            help="use `uvicorn_worker.UvicornWorker` of the package `uvicorn-worker`, or `uvicorn --workers`",
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    text = editor.text(finding.location)
    if _NAMED.search(text):
        yield editor.replace(finding.location, _NAMED.sub("uvicorn_worker", text))


def _holds(project: Project) -> Ternary:
    """Return whether the project's uvicorn is one that deprecates them; the newest is assumed where nothing says so."""
    answers: set[Ternary] = set()
    for app in project.apps:
        statement = app.target.statements.get("uvicorn")
        is_stated = statement is not None and statement.origin != NOT_STATED
        answers.add(app.target.holds("uvicorn", ">=0.30") if is_stated else Ternary.YES)
    if not answers:
        return Ternary.NO
    return answers.pop() if len(answers) == 1 else Ternary.MAYBE


def _notes(found: WorkerClass) -> Iterator[Note]:
    if found.built_at is not None:
        yield Note(found.built_at, f"`{found.built}` is built on it here")
    if found.deployment is not None and found.deployment.path != found.location.path:
        yield Note(found.deployment, "gunicorn is started here")
