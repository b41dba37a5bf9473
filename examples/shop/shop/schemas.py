"""What goes over the wire."""

from pydantic import BaseModel, ConfigDict, Field


class User(BaseModel):
    name: str
    roles: list[str] = []


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    price: int
    stock: int


class ItemChange(BaseModel):
    price: int = Field(ge=0)
    stock: int = Field(ge=0)


class OrderIn(BaseModel):
    item_id: int
    amount: int = Field(gt=0)
    country: str = "DE"


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    item_id: int
    amount: int
    shipped: bool
