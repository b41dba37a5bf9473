"""CORS for every origin, with credentials.

## What it does

Reports a `CORSMiddleware` that allows every origin (`"*"` among `allow_origins`, or an `allow_origin_regex` that
matches anything, `".*"`) together with `allow_credentials=True`, whether it is written there or the default of the
settings.

## Why it is bad

Browsers refuse `*` for requests with credentials, so Starlette answers with the origin that asks instead
(`starlette/middleware/cors.py`): for preflight requests since 0.15, for other requests when a cookie was sent, and
always since 1.0. The combination therefore does not mean "public, without cookies" but that every site may send
requests with the visitor's cookies, and read the answers.

## Bad

```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
```

## Good

```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True)
```

## Fix safety

The rule does not rewrite code: which origins are meant only their author knows.

## References

- [FastAPI: CORS](https://fastapi.tiangolo.com/tutorial/cors/)
- [MDN: Credentialed requests and wildcards](https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#credentialed_requests_and_wildcards)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.conduct import cors_of
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.origins import allows_credentials, wildcard_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL405", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for middleware in cors_of(app):
        arguments = middleware.added.arguments
        wildcard = wildcard_of(arguments)
        credentials = allows_credentials(arguments)
        if wildcard is None or credentials is None:
            continue
        site = middleware.added.site
        notes = (Note(wildcard.site.location, "the origins"),) if wildcard.site.path else ()
        unless = " unless the environment says otherwise" if wildcard.is_default else ""
        yield Finding(
            site.location,
            f"{wildcard.spelling} with `allow_credentials=True` lets every site send requests with the visitor's "
            f"cookies and read the answers{unless}: the origin that asks is sent back as allowed",
            notes if wildcard.site.path != site.path or abs(wildcard.site.start - site.start) > 200 else (),
            confidence=Confidence.CERTAIN if wildcard.is_certain and credentials else Confidence.POSSIBLE,
            help="list the origins that may, or leave out `allow_credentials`",
        )
