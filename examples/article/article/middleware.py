"""What every request passes on its way to the handler and back."""

import logging
import time

from fastapi import FastAPI, Request, Response
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint

logger = logging.getLogger(__name__)


class DatabaseSessionMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        logger.info("DatabaseSession.before")
        response = await call_next(request)
        logger.info("DatabaseSession.after")
        return response


class RequestTimingMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        start = time.perf_counter()
        response = await call_next(request)
        logger.info("%s took %.3f s", request.url.path, time.perf_counter() - start)
        return response


def add_middleware(app: FastAPI) -> None:
    # Added first = outermost: DatabaseSessionMiddleware sees the request first
    app.add_middleware(DatabaseSessionMiddleware)
    # Added last = innermost: RequestTimingMiddleware wraps the tightest around the app
    app.add_middleware(RequestTimingMiddleware)
