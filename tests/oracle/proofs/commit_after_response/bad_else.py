"""The commit in the `else` of the `try` around the `yield` fails."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


async def get_session():
    try:
        yield
    except Exception:
        journal.append("rollback")
        raise
    else:
        journal.append("commit")
        raise RuntimeError("commit failed")


@app.get("/", dependencies=[Depends(get_session)])
def home():
    journal.append("endpoint")
    return "created"
