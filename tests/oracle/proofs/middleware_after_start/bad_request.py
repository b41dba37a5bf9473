"""The same for a request."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

app = FastAPI()
ASKS = [("GET", "/")]
journal = []


@app.get("/")
async def late():
    try:
        app.add_middleware(GZipMiddleware)
    except RuntimeError as error:
        journal.append(str(error))
        raise
