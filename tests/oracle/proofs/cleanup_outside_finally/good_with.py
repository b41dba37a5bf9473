"""So does the exit of a `with`."""

import contextlib

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


class Session:
    def close(self):
        journal.append("close")


async def get_session():
    journal.append("open")
    with contextlib.closing(Session()) as session:
        yield session


@app.get("/", dependencies=[Depends(get_session)])
def home():
    raise HTTPException(404)
