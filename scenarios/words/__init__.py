"""What scenarios say to people, in each language: one table for sentences, one for the names of figures."""

from __future__ import annotations

from scenarios.words.figures import label, meaning, unit
from scenarios.words.sentences import ENGLISH, LANGUAGES, said, titled

__all__ = ["ENGLISH", "LANGUAGES", "label", "meaning", "said", "titled", "unit"]
