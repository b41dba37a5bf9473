"""What becomes of exceptions that no handler of a route caught."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


class DomainError(Exception):
    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


async def on_domain_error(request: Request, error: DomainError) -> JSONResponse:
    return JSONResponse({"error": str(error)}, error.status)


async def on_any_error(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": "internal error", "request_id": request.state.request_id}, 500)


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(Exception, on_any_error)
