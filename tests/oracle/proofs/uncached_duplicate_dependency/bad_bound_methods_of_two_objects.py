"""Each object made anew brings a method of its own."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


class Rates:
    def load(self):
        journal.append("load")


@app.get("/", dependencies=[Depends(Rates().load)])
def home(loaded=Depends(Rates().load)):
    return {}
