"""The route's class commits what the dependency gave, before the response."""

import functools

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

journal = []


class Session:
    def commit(self):
        journal.append("commit")
        raise RuntimeError("commit failed")


class CommittingRoute(APIRoute):
    def __init__(self, path, endpoint, **kwargs):
        @functools.wraps(endpoint)
        async def committing(*args, **given):
            response = await endpoint(*args, **given)
            given["session"].commit()
            return response

        super().__init__(path, committing, **kwargs)


def get_session():
    session = Session()
    yield session
    session.commit()


router = APIRouter(route_class=CommittingRoute)


@router.get("/")
async def home(session=Depends(get_session)):
    journal.append("endpoint")
    return "created"


app = FastAPI()
app.include_router(router)
