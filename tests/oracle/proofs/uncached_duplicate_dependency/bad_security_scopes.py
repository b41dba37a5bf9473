"""Asking for the user with and without scopes asks twice."""

from fastapi import Depends, FastAPI, Security
from fastapi.security import SecurityScopes

app = FastAPI()
journal = []


def get_user(security_scopes: SecurityScopes):
    journal.append("get_user")
    return object()


@app.get("/", dependencies=[Security(get_user, scopes=["items"])])
def home(user=Depends(get_user)):
    return {}
