"""Two lambdas with the same text are two functions."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def load(name: str):
    journal.append(f"load {name}")


@app.get("/", dependencies=[Depends(lambda: load("rates"))])
def home(rates=Depends(lambda: load("rates"))):
    return {}
