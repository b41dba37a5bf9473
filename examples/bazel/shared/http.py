"""Calls between services."""

import requests


def price_of(item: str) -> int:
    return int(requests.get(f"https://prices.example/{item}", timeout=5).text)
