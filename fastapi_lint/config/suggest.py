"""The word that was probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggestion(word: str, candidates: Iterable[str]) -> str:
    """Return "did you mean `...`?" with the candidate that is like the word, or an empty text where none is."""
    found = nearest(word, candidates)
    return f"did you mean `{found}`?" if found else ""


def nearest(word: str, candidates: Iterable[str]) -> str:
    """Return the candidate that is like the word, or an empty text where none is."""
    spelled = {candidate.lower().replace("_", "-"): candidate for candidate in candidates}
    found = difflib.get_close_matches(word[:80].lower().replace("_", "-"), spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else ""
