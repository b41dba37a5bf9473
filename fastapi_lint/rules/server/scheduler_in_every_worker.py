"""A scheduler or endless loop that every process starts.

## What it does

Reports a scheduler (APScheduler and the like), a `repeat_every` function or a task with an endless loop that a lifespan
or a start-up handler starts, when a deployment of the application starts more than one process. What starts under a
lock or after an election is left alone, and so are loops that serve their own process: that empty a queue of it, listen
for its sockets, or only change what it keeps in memory.

## Why it is bad

A lifespan runs once in every worker and every replica: with four processes each job runs four times, and the mail is
sent, the payment is taken, the report is written four times. A persistent job store is no lock: every scheduler reads
the same jobs from it and runs them.

## Bad

```python
# file: app/main.py
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from fastapi import FastAPI

scheduler = AsyncIOScheduler()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    scheduler.start()
    app.state.scheduler = scheduler
    yield
    scheduler.shutdown()


app = FastAPI(lifespan=lifespan)
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--workers", "4"]
```

## Good

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: app/jobs.py
from apscheduler.schedulers.blocking import BlockingScheduler

if __name__ == "__main__":
    BlockingScheduler().start()
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--workers", "4"]
```

## Fix safety

There is no automatic fix: start the scheduler in a process of its own, or let one worker win a lock first.

## References

- [APScheduler: Sharing a job store among processes](https://apscheduler.readthedocs.io/en/3.x/faq.html#how-do-i-share-a-single-job-store-among-one-or-more-worker-processes)
- [FastAPI: Server Workers](https://fastapi.tiangolo.com/deployment/server-workers/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.evidence import process_notes, processes_text
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.schedulers import schedulers
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL104", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    served = app.several_processes()
    if served is None:
        return
    for found in schedulers(app):
        loop = (Note(found.loop.location, "the loop"),) if found.loop is not None else ()
        yield Finding(
            found.site.location,
            f"{found.what} starts in each process, and `{app.name}` runs in {processes_text(served)}: "
            "what it does is done that many times",
            (*loop, *process_notes(served)),
            confidence=Confidence.CERTAIN if found.is_certain else Confidence.POSSIBLE,
            help="start it in a process of its own, or take a lock that only one process gets",
        )
