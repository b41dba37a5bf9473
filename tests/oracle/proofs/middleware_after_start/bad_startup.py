"""The first message, which starts the handlers, has built the stack."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

app = FastAPI()
ASKS = [("GET", "/")]
journal = []


@app.on_event("startup")
async def start():
    try:
        app.add_middleware(GZipMiddleware)
    except RuntimeError as error:
        journal.append(str(error))
        raise
