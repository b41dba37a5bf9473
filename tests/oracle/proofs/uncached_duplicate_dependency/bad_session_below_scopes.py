"""Scopes asked for above a session made the session a different one."""

from fastapi import Depends, FastAPI, Security
from fastapi.security import SecurityScopes

app = FastAPI()
journal = []


def get_session():
    journal.append("get_session")
    yield object()


def get_user(security_scopes: SecurityScopes, session=Depends(get_session)):
    journal.append("get_user")
    return session


@app.get("/")
def home(user=Security(get_user, scopes=["items"]), session=Depends(get_session)):
    return {"same": user is session}
