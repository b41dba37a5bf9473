"""More connections than the database allows, over all processes.

## What it does

Adds up what the engines and pools of an application may hold open (`pool_size` and `max_overflow`, 5 and 10 when
SQLAlchemy is not told otherwise), multiplies it with the processes of a deployment, and reports it above the
`max_connections` that the project's own deployment gives PostgreSQL, or above 100, its default.

`NullPool`, other databases, and projects with a connection pooler such as PgBouncer are left alone.

## Why it is bad

Every worker and every replica has pools of its own. The sum is reached under load only, and then connecting fails with
`FATAL: sorry, too many clients already` for every client of the database, migrations and monitoring included.

## Bad

```python
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy import create_engine

engine = create_engine("postgresql://db/shop", pool_size=20, max_overflow=10)
app = FastAPI()
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--workers", "4"]
```

## Good

```python
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy import create_engine

engine = create_engine("postgresql://db/shop", pool_size=10, max_overflow=5)
app = FastAPI()
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--workers", "4"]
```

## Fix safety

There is no automatic fix: smaller pools, fewer processes, a higher limit and a pooler all do.

## References

- [SQLAlchemy: Connection pooling](https://docs.sqlalchemy.org/en/20/core/pooling.html)
- [PostgreSQL: Connection settings](https://www.postgresql.org/docs/current/runtime-config-connection.html)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.budget import Budget, budgets
from fastapi_lint.lifecycle.evidence import process_notes, processes_text
from fastapi_lint.lifecycle.model import Project
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL113", over=Project, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(project: Project, context: Context) -> Iterator[Finding]:
    for budget in budgets(project):
        first, *others = sorted(budget.pools, key=lambda pool: (-pool.most, pool.site))
        allowed = "PostgreSQL allows by default" if budget.limit_at is None else "its `max_connections` allows"
        yield Finding(
            first.site.location,
            f"`{budget.app.name}` may open {_sum(budget)} = {budget.most} connections, and {budget.limit} is what "
            f"{allowed}: above that, connecting fails for everybody",
            (
                *(Note(pool.site.location, f"up to {pool.term} more connections") for pool in others),
                *((Note(budget.limit_at, f"the limit of {budget.limit}"),) if budget.limit_at is not None else ()),
                *process_notes(budget.served),
            ),
            confidence=Confidence.CERTAIN if budget.is_certain else Confidence.POSSIBLE,
            help="make the pools smaller, run fewer processes, raise the limit, or put a pooler in between",
        )


def _sum(budget: Budget) -> str:
    """Return the terms of a sum: `4 processes x (20 + 10)`."""
    terms = [f"({pool.term})" for pool in budget.pools]
    total = terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"
    count = budget.served.processes
    text = processes_text(budget.served) if count.value > 1 else "1 process"
    return f"{text} x {total}"
