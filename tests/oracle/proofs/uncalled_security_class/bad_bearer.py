"""Anybody passes."""

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()


@app.get("/")
def home(credentials=Depends(HTTPBearer)):
    return "secret"
