"""What it costs to send a parcel."""

import json
from functools import lru_cache

from shop.settings import get_settings

DEFAULT_RATES = {"DE": 490, "FR": 990}


@lru_cache(maxsize=1)
def shipping_rates() -> dict[str, int]:
    path = get_settings().rates_file
    return json.loads(path.read_text()) if path.exists() else DEFAULT_RATES


def store_rates(rates: dict[str, int]) -> None:
    get_settings().rates_file.write_text(json.dumps(rates))
    shipping_rates.cache_clear()


@lru_cache(maxsize=256)
def as_text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} EUR"
