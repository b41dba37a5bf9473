"""Bound methods of one object compare equal, though each access makes a new one."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


class Rates:
    def load(self):
        journal.append("load")


rates = Rates()


@app.get("/", dependencies=[Depends(rates.load)])
def home(loaded=Depends(rates.load)):
    return {}
