"""What is added to a router after its inclusion, a mount on a router, and an overridden dependency."""

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import Router

router = APIRouter(prefix="/items")
journal = []


def get_session():
    journal.append("main:get_session")


def get_test_session():
    journal.append("main:get_test_session")


@router.get("/early")
def early(session=Depends(get_session), again=Depends(get_session)):
    return {}


router.mount("/files", Router())
app = FastAPI(openapi_url=None)
app.include_router(router, prefix="/v1")
app.dependency_overrides[get_session] = get_test_session


@router.get("/late")
def late():
    return {}
