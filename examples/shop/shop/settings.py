"""Where the shop's neighbours are, read from the environment."""

from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    database_url: str = "postgresql+asyncpg://shop:shop@localhost/shop"
    redis_url: str = "redis://localhost:6379/0"
    rates_file: Path = Path("rates.json")
    allowed_origins: list[str] = ["https://shop.example"]


@lru_cache
def get_settings() -> Settings:
    return Settings()
