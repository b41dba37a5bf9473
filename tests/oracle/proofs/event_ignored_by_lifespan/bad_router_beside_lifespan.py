"""The handler of an included router, beside a lifespan of the application."""

from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

journal = []


@asynccontextmanager
async def lifespan(app: FastAPI):
    journal.append("lifespan")
    yield


router = APIRouter()


@router.on_event("startup")
async def connect():
    journal.append("connect")


app = FastAPI(lifespan=lifespan)
app.include_router(router)
