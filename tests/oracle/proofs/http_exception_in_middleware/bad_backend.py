"""Starlette's middleware for authentication catches its own exception only."""

from fastapi import FastAPI, HTTPException
from starlette.authentication import AuthenticationBackend
from starlette.middleware.authentication import AuthenticationMiddleware


class Backend(AuthenticationBackend):
    async def authenticate(self, conn):
        raise HTTPException(status_code=503)


app = FastAPI()
app.add_middleware(AuthenticationMiddleware, backend=Backend())
