"""In a plain function below an async endpoint."""

from fastapi import FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


class Service:
    def load(self):
        wait(journal)


def helper():
    Service().load()


@inner.get("/")
async def home():
    helper()
