"""In an async endpoint."""

from fastapi import FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.get("/")
async def home():
    wait(journal)
