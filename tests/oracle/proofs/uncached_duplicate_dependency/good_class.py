"""A class is one callable, with `Depends()` and with its name."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


class Paging:
    def __init__(self, page: int = 1):
        journal.append("Paging")


@app.get("/", dependencies=[Depends(Paging)])
def home(paging: Paging = Depends()):
    return {}
