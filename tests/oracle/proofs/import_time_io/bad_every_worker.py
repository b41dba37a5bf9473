"""A row is written while the module is imported: once a process."""

from fastapi import FastAPI
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///rows.db")
with engine.begin() as connection:
    connection.execute(text("create table if not exists rows (id integer primary key, by_whom text)"))
    connection.execute(text("insert into rows (by_whom) values ('import')"))

app = FastAPI()


@app.get("/")
def root():
    with engine.connect() as connection:
        return {"rows": connection.execute(text("select count(*) from rows")).scalar()}
