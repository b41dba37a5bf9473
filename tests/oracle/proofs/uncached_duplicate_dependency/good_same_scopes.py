"""The same scopes in another order are the same key, and no scopes are none."""

from fastapi import Depends, FastAPI, Security

app = FastAPI()
journal = []


def get_user():
    journal.append("get_user")


def get_tenant():
    journal.append("get_tenant")


@app.get("/", dependencies=[Security(get_user, scopes=["items", "me"]), Security(get_tenant)])
def home(user=Security(get_user, scopes=["me", "items"]), tenant=Depends(get_tenant)):
    return {}
