"""Handlers on the application and on an included router."""

from fastapi import APIRouter, FastAPI

journal = []
router = APIRouter()


@router.on_event("startup")
def open_router():
    journal.append("main:open_router")


@router.on_event("shutdown")
def close_router():
    journal.append("main:close_router")


app = FastAPI(openapi_url=None)


@app.on_event("startup")
def open_app():
    journal.append("main:open_app")


app.include_router(router)


@app.on_event("shutdown")
def close_app():
    journal.append("main:close_app")
