"""A security class in `Depends` that is never called.

## What it does

Reports `Depends(HTTPBearer)`, or another security class of FastAPI or a class that derives from one, where an object of
it is meant: `Depends(HTTPBearer())`.

## Why it is bad

FastAPI calls what `Depends` is given. A class is called by making an object, and nobody calls that object: its check
of the request never runs. With `HTTPBearer`, `HTTPBasic` and `HTTPDigest` every anonymous request passes. `OAuth2...`
and `APIKey...` ask the client for the arguments of their constructor as query parameters (`?tokenUrl=`, `?name=`) and
answer 422 without them.

## Bad

```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

app = FastAPI()


@app.get("/me")
def me(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer)]) -> str:
    return "secret"
```

## Good

```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

app = FastAPI()
bearer = HTTPBearer()


@app.get("/me")
def me(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    return "secret"
```

## Fix safety

The fix calls the class where it can be made without arguments, as `HTTPBearer`, `HTTPBasic` and `HTTPDigest` can. From
then on requests without credentials are refused. A class that stands in an annotation elsewhere, such as an alias, is
left to its author.

## References

- [FastAPI: Security Tools](https://fastapi.tiangolo.com/reference/security/)
- [FastAPI: Advanced Dependencies](https://fastapi.tiangolo.com/advanced/advanced-dependencies/#a-callable-instance)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Severity
from fastapi_lint.edits.tree import name_of
from fastapi_lint.lifecycle.classes import is_made_plainly
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.security import uncalled_schemes
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL524", over=App, severity=Severity.ERROR, since="0.1", applicability="safe")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    seen: set[tuple[str, int]] = set()
    for use, name, passes in uncalled_schemes(app):
        place = (use.site.path, use.site.start)
        if place not in seen:
            seen.add(place)
            yield Finding(
                use.site.location,
                f"`{name}` is given as a class: {_consequence(passes)}",
                help=f"give an object of it: `Depends({name}({'' if passes else '...'}))`",
                parts=(use.site.location,) if passes and is_made_plainly(use.call) else (),
            )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    tree = editor.tree(finding.location.path)
    if tree is None:
        return
    for part in finding.parts:
        for call in tree.within(part, ast.Call):
            given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "dependency")]
            if name_of(call.func) in {"Depends", "Security"} and len(given) == 1 and name_of(given[0]):
                yield editor.insert(part.path, tree.span(given[0]).end, "()")


def _consequence(passes: bool) -> str:  # noqa: FBT001
    if passes:
        return "each request makes an object that nobody calls, so nothing is checked"
    return "what its constructor takes is asked of the client, and the check itself never runs"
