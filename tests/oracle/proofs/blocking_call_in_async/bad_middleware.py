"""In the dispatch of a middleware."""

from fastapi import FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.middleware("http")
async def slow(request, call_next):
    wait(journal)
    return await call_next(request)


@inner.get("/")
def home():
    return None
