"""In an async exception handler."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.exception_handler(KeyError)
async def on_key_error(request, error):
    wait(journal)
    return JSONResponse(None)


@inner.get("/")
def home():
    raise KeyError
