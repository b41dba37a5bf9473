"""Dependencies that say when they run."""

from fastapi import Depends
from fastapi.security import SecurityScopes

journal = []


def get_session():
    journal.append("get_session")
    yield object()


async def get_user(session=Depends(get_session)):
    journal.append("get_user")
    yield session


def get_scoped_user(security_scopes: SecurityScopes, user=Depends(get_user)):
    journal.append("get_scoped_user")


def require_role(role: str):
    def check_role(session=Depends(get_session)):
        journal.append("require_role.<locals>.check_role")

    return check_role


class Limit:
    def __call__(self):
        journal.append("Limit()")


class Paging:
    def __init__(self, page: int = 1):
        journal.append("Paging")


def tenant(name: str):
    journal.append("tenant")
