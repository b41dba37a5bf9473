"""The same in an asynchronous generator."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


async def dependency():
    try:
        yield
    except HTTPException:
        journal.append("logged")


@app.get("/", dependencies=[Depends(dependency)])
def home():
    raise HTTPException(404)
