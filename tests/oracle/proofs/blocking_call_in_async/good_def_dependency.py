"""In def dependencies of an async endpoint, one of them a class and one a generator."""

from fastapi import Depends, FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


def function():
    wait(journal)


def generator():
    wait(journal)
    yield
    wait(journal)


class Class:
    def __init__(self):
        wait(journal)


@inner.get("/")
async def home(a=Depends(function), b=Depends(generator), c=Depends(Class)):
    return None
