"""Leaving `sessionmaker.begin()` commits, and the database refuses the second row of the same name."""

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(engine)
app = FastAPI()
journal = []

with engine.begin() as connection:
    connection.execute(text("PRAGMA foreign_keys = ON"))
    connection.execute(text("CREATE TABLE customer (id INTEGER PRIMARY KEY)"))
    connection.execute(
        text("CREATE TABLE purchase (customer INTEGER REFERENCES customer DEFERRABLE INITIALLY DEFERRED)")
    )


def get_session():
    with SessionLocal.begin() as session:
        yield session


@app.get("/")
def home(session=Depends(get_session)):
    session.execute(text("PRAGMA foreign_keys = ON"))
    session.execute(text("INSERT INTO purchase VALUES (7)"))
    journal.append("endpoint")
    return "created"
