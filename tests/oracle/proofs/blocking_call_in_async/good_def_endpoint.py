"""In a def endpoint."""

from fastapi import FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.get("/")
def home():
    wait(journal)
