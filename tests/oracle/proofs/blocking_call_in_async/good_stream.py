"""In a plain generator that is streamed."""

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


def rows():
    wait(journal)
    yield b"row"


@inner.get("/")
async def home():
    return StreamingResponse(rows())
