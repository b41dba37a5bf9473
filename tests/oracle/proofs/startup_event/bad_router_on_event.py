"""A router's handlers, which the including application takes over."""

from fastapi import APIRouter, FastAPI

router = APIRouter()
journal = []


@router.on_event("startup")
async def connect():
    journal.append("connect")


app = FastAPI()
app.include_router(router)
