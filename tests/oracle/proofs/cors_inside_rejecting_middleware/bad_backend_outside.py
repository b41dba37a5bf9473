"""The 400 of Starlette's middleware for authentication, outside of CORS, has no header."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.authentication import AuthenticationBackend, AuthenticationError
from starlette.middleware.authentication import AuthenticationMiddleware


class Backend(AuthenticationBackend):
    async def authenticate(self, conn):
        raise AuthenticationError("no token")


ASKS = [("GET", "/", {"origin": "https://shop.example"})]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
app.add_middleware(AuthenticationMiddleware, backend=Backend())
