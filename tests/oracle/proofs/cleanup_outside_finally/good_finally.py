"""`finally` runs whatever the endpoint does."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def get_session():
    journal.append("open")
    try:
        yield
    finally:
        journal.append("close")


@app.get("/", dependencies=[Depends(get_session)])
def home():
    raise HTTPException(404)
