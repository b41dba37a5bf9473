"""A frozen dataclass compares and hashes by its fields, so equal instances share one cache entry."""

from dataclasses import dataclass

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


@dataclass(frozen=True)
class RequireRole:
    role: str

    def __call__(self):
        journal.append(f"check {self.role}")


@app.get("/", dependencies=[Depends(RequireRole("admin"))])
def home(checked=Depends(RequireRole("admin"))):
    return {}
