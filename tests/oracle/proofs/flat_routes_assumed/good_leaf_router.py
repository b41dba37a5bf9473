"""A router that includes nothing has a flat list."""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

router = APIRouter()


@router.get("/items")
async def items():
    return []


journal = [route.path for route in router.routes if isinstance(route, APIRoute)]
app = FastAPI()
app.include_router(router, prefix="/v1")
