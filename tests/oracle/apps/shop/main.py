"""A small application with every sort of registration; what it amounts to is known by hand."""

from admin import admin
from checks import get_session, journal, require_role
from fastapi import APIRouter, Depends, FastAPI, Request
from items import router
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Router

__all__ = ["app", "application", "journal", "wrapped"]


class OutOfStock(Exception):
    pass


async def out_of_stock(request: Request, error: OutOfStock):
    return PlainTextResponse("sold out", 409)


async def ping(request: Request):
    return PlainTextResponse("pong")


app = FastAPI(
    openapi_url=None,
    dependencies=[Depends(get_session)],
    middleware=[Middleware(GZipMiddleware)],
    exception_handlers={404: out_of_stock},
)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
app.add_exception_handler(OutOfStock, out_of_stock)


@app.middleware("http")
async def timing(request: Request, call_next):
    return await call_next(request)


@app.get("/first")
def first():
    return {}


outer = APIRouter(dependencies=[Depends(require_role("visitor"))])
outer.include_router(router)
app.include_router(outer, dependencies=[Depends(require_role("member"))])
app.include_router(router, prefix="/v2")
app.add_route("/ping", ping, methods=["GET"])
app.mount("/admin", admin)
app.router.routes.append(Host("api.shop.example", Router()))


@app.api_route("/last", methods=["PUT", "DELETE"])
def last():
    return {}


def application():
    return app


wrapped = CORSMiddleware(app, allow_origins=["*"])
