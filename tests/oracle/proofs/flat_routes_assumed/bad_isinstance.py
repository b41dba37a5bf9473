"""The loop looks for routes and finds those of the application itself."""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

router = APIRouter()


@router.get("/items")
async def items():
    return []


app = FastAPI()
app.include_router(router, prefix="/v1")


@app.get("/own")
async def own():
    return []


journal = [route.path for route in app.routes if isinstance(route, APIRoute)]
