"""The commit in the endpoint fails, and the client hears of it."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


class Session:
    def commit(self):
        journal.append("commit")
        raise RuntimeError("commit failed")


def get_session():
    yield Session()


@app.get("/")
def home(session=Depends(get_session)):
    journal.append("endpoint")
    session.commit()
    return "created"
