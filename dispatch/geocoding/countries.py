"""Names and codes of countries: at the end of an address they say nothing that an extract of one country could use."""

from __future__ import annotations

from importlib.resources import files

from dispatch.geocoding.words import tokens

_OTHERS = """
Alemania, Allemagne, Almania, Argentinien, Autriche, Belgica, Belgie, Belgien, Belgique, Brasil, Brasilien, Bresil,
Bundesrepublik Deutschland, Chili, Danemark, Danmark, Deutschland, Dinamarca, England, Espagne, España, Etats-Unis,
Estados Unidos, EEUU, Francia, Frankreich, Fürstentum Liechtenstein, Gran Bretaña, Great Britain, Großbritannien,
Holanda, Holland, Inglaterra, Irland, Irlanda, Italia, Italie, Italien, Japon, Kolumbien, Luxemburg, Mejico, México,
Mexiko, Nederland, Niederlande, Noruega, Norwegen, Österreich, Pays-Bas, Perú, Polen, Polonia, Polska,
Principality of Liechtenstein, Reino Unido, Republica de Chile, Royaume-Uni, Scotland, Schottland, Schweden, Schweiz,
Spanien, Suecia, Suisse, Suiza, Sverige, Svizzera, UK, United Kingdom, United States, USA, United States of America,
Vereinigtes Königreich, Vereinigte Staaten, Wales, A, D, F, FL, I, BRD, 中国, 日本
"""


def _countries() -> frozenset[str]:
    found = set(_OTHERS.replace("\n", " ").split(", "))
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            found |= set(line.split("\t"))
    return frozenset(filter(None, (" ".join(token.folded for token in tokens(name)) for name in found)))


COUNTRIES = _countries()
"""English names and two-letter codes of all countries, and what some are called elsewhere; compared as folded words."""
