"""The factory is called once and its result has a name, which every level uses."""

from fastapi import APIRouter, Depends, FastAPI

journal = []


def require_role(role: str):
    def check_role():
        journal.append(f"check_role {role}")

    return check_role


require_admin = require_role("admin")
app = FastAPI(dependencies=[Depends(require_admin)])
router = APIRouter(dependencies=[Depends(require_admin)])


@router.get("/", dependencies=[Depends(require_admin)])
def home(checked=Depends(require_admin)):
    return {}


app.include_router(router, dependencies=[Depends(require_admin)])
