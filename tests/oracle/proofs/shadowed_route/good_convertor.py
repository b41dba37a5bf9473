"""The convertor of the first path does not take a word."""

from fastapi import FastAPI

ASKS = [("GET", "/users/me"), ("GET", "/users/7")]
app = FastAPI()


@app.get("/users/{user_id:int}")
async def read_user(user_id: int):
    return "read_user"


@app.get("/users/me")
async def read_me():
    return "read_me"
