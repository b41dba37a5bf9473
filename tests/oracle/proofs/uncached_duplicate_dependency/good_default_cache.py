"""One function on every level, below two others and as a generator: one call a request."""

from fastapi import APIRouter, Depends, FastAPI

journal = []


def get_session():
    journal.append("get_session")
    yield object()


def get_user(session=Depends(get_session)):
    journal.append("get_user")
    return session


def get_basket(session=Depends(get_session), user=Depends(get_user)):
    journal.append("get_basket")
    return session


app = FastAPI(dependencies=[Depends(get_session)])
router = APIRouter(dependencies=[Depends(get_session)])


@router.get("/", dependencies=[Depends(get_session)])
def home(session=Depends(get_session), user=Depends(get_user), basket=Depends(get_basket)):
    return {"same": session is user is basket}


app.include_router(router, dependencies=[Depends(get_session)])
