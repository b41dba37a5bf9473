"""Everybody is asked for the address of the token."""

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()


@app.get("/")
def home(credentials=Depends(OAuth2PasswordBearer)):
    return "secret"
