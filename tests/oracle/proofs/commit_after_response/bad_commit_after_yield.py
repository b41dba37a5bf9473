"""The commit after `yield` fails."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


class Session:
    def commit(self):
        journal.append("commit")
        raise RuntimeError("commit failed")


def get_session():
    session = Session()
    yield session
    session.commit()


@app.get("/")
def home(session=Depends(get_session)):
    journal.append("endpoint")
    return "created"
