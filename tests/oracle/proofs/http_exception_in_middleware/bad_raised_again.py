"""An outer middleware catches what an inner one raised, and raises it again."""

from fastapi import FastAPI, HTTPException

app = FastAPI()
journal = []


@app.middleware("http")
async def check_token(request, call_next):
    raise HTTPException(status_code=401)


@app.middleware("http")
async def log(request, call_next):
    try:
        return await call_next(request)
    except HTTPException as error:
        journal.append(error.status_code)
        raise
