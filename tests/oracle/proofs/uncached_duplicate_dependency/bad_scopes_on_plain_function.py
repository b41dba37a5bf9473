"""The scopes count even where the function does not look at them."""

from fastapi import Depends, FastAPI, Security

app = FastAPI()
journal = []


def get_user():
    journal.append("get_user")
    return object()


@app.get("/", dependencies=[Security(get_user, scopes=["items"])])
def home(user=Depends(get_user)):
    return {}
