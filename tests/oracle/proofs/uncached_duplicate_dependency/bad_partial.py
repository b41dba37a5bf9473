"""Two equal partials do not compare equal."""

from functools import partial

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def load(name: str):
    journal.append(f"load {name}")


@app.get("/", dependencies=[Depends(partial(load, name="rates"))])
def home(rates=Depends(partial(load, name="rates"))):
    return {}
