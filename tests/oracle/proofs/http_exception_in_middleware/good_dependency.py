"""A dependency stands inside of the handlers."""

from fastapi import Depends, FastAPI, HTTPException


def check_token():
    raise HTTPException(status_code=401)


app = FastAPI()


@app.get("/", dependencies=[Depends(check_token)])
async def home():
    return "home"
