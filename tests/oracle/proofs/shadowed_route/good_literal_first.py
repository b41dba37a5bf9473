"""The literal path is asked first, so both answer."""

from fastapi import FastAPI

ASKS = [("GET", "/users/me"), ("GET", "/users/7")]
app = FastAPI()


@app.get("/users/me")
async def read_me():
    return "read_me"


@app.get("/users/{user_id}")
async def read_user(user_id: int):
    return "read_user"
