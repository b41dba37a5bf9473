"""Everybody is asked for the name of the key."""

from fastapi import Depends, FastAPI
from fastapi.security import APIKeyHeader

app = FastAPI()


@app.get("/")
def home(credentials=Depends(APIKeyHeader)):
    return "secret"
