"""A router gets its handler after the application has included it."""

from fastapi import APIRouter, FastAPI

journal = []
router = APIRouter()
app = FastAPI()
app.include_router(router)


@router.on_event("startup")
async def connect():
    journal.append("connect")
