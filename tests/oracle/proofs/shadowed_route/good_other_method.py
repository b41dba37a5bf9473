"""The wider path has another method."""

from fastapi import FastAPI

ASKS = [("GET", "/users/me"), ("DELETE", "/users/7")]
app = FastAPI()


@app.delete("/users/{user_id}")
async def delete_user(user_id: int):
    return "delete_user"


@app.get("/users/me")
async def read_me():
    return "read_me"
