"""The check of a class of the project runs."""

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPBearer

app = FastAPI()


class Bearer(HTTPBearer):
    async def __call__(self, request: Request):
        raise HTTPException(418)


@app.get("/")
def home(credentials=Depends(Bearer())):
    return "secret"
