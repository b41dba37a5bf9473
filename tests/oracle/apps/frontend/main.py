"""Frontends, which are asked after every route, the longest path first."""

from fastapi import APIRouter, Depends, FastAPI


def allow():
    return None


app = FastAPI(openapi_url=None)
app.frontend("/", directory="dist")
router = APIRouter(prefix="/back", dependencies=[Depends(allow)])
router.frontend("/office", directory="admin")
app.include_router(router)


@app.get("/{rest:path}")
def everything(rest: str):
    return rest
