"""Two instances of a callable class are two dependencies, however alike they are."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


class RequireRole:
    def __init__(self, role: str):
        self.role = role

    def __call__(self):
        journal.append(f"check {self.role}")


@app.get("/", dependencies=[Depends(RequireRole("admin"))])
def home(checked=Depends(RequireRole("admin"))):
    return {}
