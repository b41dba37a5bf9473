"""In a def exception handler."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.exception_handler(KeyError)
def on_key_error(request, error):
    wait(journal)
    return JSONResponse(None)


@inner.get("/")
async def home():
    raise KeyError
