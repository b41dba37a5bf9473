"""Two different checks are meant to run, one each."""

from fastapi import Depends, FastAPI

journal = []


def require_role(role: str):
    def check_role():
        journal.append(f"check_role {role}")

    return check_role


app = FastAPI(dependencies=[Depends(require_role("staff"))])


@app.get("/", dependencies=[Depends(require_role("admin"))])
def home():
    return {}
