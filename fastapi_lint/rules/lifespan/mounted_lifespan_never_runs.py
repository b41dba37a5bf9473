"""A lifespan or event handler of an application that is only mounted.

## What it does

Reports `lifespan=` and event handlers on a FastAPI or Starlette application that another one mounts. An application
that a deployment also serves on its own is left alone, and one that the lifespan of the application above enters or
hands on (`sub.router.lifespan_context(sub)`, `LifespanManager(sub)`).

## Why it is bad

A server tells only the outermost application of start-up and shutdown, and mounting hands on requests alone: what the
mounted application should open is never opened, and what it should close stays open. Its `app.state` stays empty, so
that the first request to it fails. Nothing is logged.

## Bad

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.tea = 5
    yield


shop = FastAPI(lifespan=lifespan)
app = FastAPI()
app.mount("/shop", shop)
```

## Good

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

shop = FastAPI()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    shop.state.tea = 5
    yield


app = FastAPI(lifespan=lifespan)
app.mount("/shop", shop)
```

## Fix safety

The rule does not rewrite code: the lifespan of the application above has to enter the mounted one's.

## References

- [FastAPI: Lifespan events and sub applications](https://fastapi.tiangolo.com/advanced/events/#sub-applications)
- `starlette/routing.py`, `Mount` and `Router.lifespan` (0.14 to 1.10)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.event_fates import spelling
from fastapi_lint.lifecycle.model import Project
from fastapi_lint.lifecycle.mounting import unstarted
from fastapi_lint.lifecycle.naming import short_name, site_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


_NEVER: Final = "never runs: the application is only mounted, and no server tells a mounted one of start-up"
_HELP: Final = "enter it in the lifespan of the application above: `async with sub.router.lifespan_context(sub)`"


RULE = Rule(__name__, code="FL305", over=Project, severity=Severity.ERROR, since="0.1")


@RULE.check
def check(project: Project, context: Context) -> Iterator[Finding]:
    for found in unstarted(project):
        mounted = Note(found.mounted_at.location, f"mounted here, on `{found.parent.name}`")
        for lifespan in found.lifespans[:1]:
            name = short_name(lifespan)
            what = f"the lifespan `{name}`" if name and "<" not in name else "the lifespan"
            site = site_of(lifespan)
            notes = [Note(site.location, "the lifespan")] if site is not None else []
            yield Finding(found.instance.site.location, f"{what} {_NEVER}", (*notes, mounted), help=_HELP)
        for event in found.events:
            name = short_name(event.handler)
            what = f"`{name}`, registered with" if name and "<" not in name else "what is registered with"
            yield Finding(event.site.location, f"{what} `{spelling(event)}`, {_NEVER}", (mounted,), help=_HELP)
