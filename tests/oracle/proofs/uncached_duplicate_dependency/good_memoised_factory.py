"""The factory remembers what it made, so equal arguments give the same function."""

from functools import lru_cache

from fastapi import Depends, FastAPI

journal = []


@lru_cache
def require_role(role: str):
    def check_role():
        journal.append(f"check_role {role}")

    return check_role


app = FastAPI(dependencies=[Depends(require_role("admin"))])


@app.get("/", dependencies=[Depends(require_role("admin"))])
def home(checked=Depends(require_role("admin"))):
    return {}
