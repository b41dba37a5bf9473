"""A later dependency raises, and a handler rolls back: what follows it is skipped all the same."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


async def get_session():
    journal.append("open")
    try:
        yield
    except Exception:
        journal.append("rollback")
        raise
    journal.append("close")


def current_user():
    raise HTTPException(401)


@app.get("/")
def home(session=Depends(get_session), user=Depends(current_user)):
    return "home"
