"""The check returns it, and the endpoint runs."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def check():
    return HTTPException(status_code=401)


@app.get("/", dependencies=[Depends(check)])
async def read():
    journal.append("endpoint")
    return "secret"
