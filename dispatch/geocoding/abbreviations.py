"""How the words of addresses are shortened, in the languages of the places we know.

Each line is one word in all the forms that people write; the first is the form that is compared. Forms are contracted
rather than spelled out because a short form may stand for several words ("St" for Saint, Sankt and Street): what is
written long and what is written short then meet in the short one. A form in two lines has both meanings.
"""

from __future__ import annotations

from collections.abc import Mapping

KINDS_OF_STREET = """
av avda ave avenida avenue avinguda avgda aven
al alameda allee all alley
bd blvd bvd bvar boul boulevard bulevar bulevard
bajada baj
brucke bruecke br
calle cl c
calleja callejon cjon
camino cno cam
carrer
carretera carr ctra
chaussee ch.see
chemin ch che
circle cir circulo circunvalacion
corso c.so cso
court ct
damm
diagonal diag
drive dr
esplanade espl
faubourg fg fbg
gasse
gate
grove gr
highway hwy
hof
impasse imp
lane ln
largo lgo
passage pass pje psje pasaje pas passatge pasje
parkway pkwy
paseo pso
piazza pza p.za plza pl platz plaza place placa placette plz
promenade prom
quai
road rd
route rte ruta
rue r
rua
square sq
str st strasse street strasze straat
strada
sendero
terrace ter terr
ufer
via v
viale v.le
vicolo vic
way wy
weg wg
zone zona
"""

TITLES = """
alm alte almte almirante admiral
arturo art
arz arzobispo
bernardo bdo
burgermeister burgm bgm buergermeister
cap capt capitan captain
cdte cmdte cmte comandante commander
cnel crl col coronel colonel
diputado dip
don
dona
dr dra doctor doctora doktor
fco francisco
fray fr
gob gobernador governor
gral gen grl general general
hnos hermanos
ing ingeniero ingenieur
jose j
juan jn
kard cardenal card kardinal cardinal
lic licenciado
ma maria
mariscal mcal
mons monsenor monsignore monseigneur
nuestra ntra nra
obispo ob
padre pde
pdte pres pte presidente president
poniente pte pon
prof profesor profesora professor
s sn san
senora sra
senador sen
sgto sargento sergeant sgt
st saint sankt sant
ste sta santa sainte
sto santo
tte teniente tnte
virgen vgn
"""

SIDES = """
este e east est
nor norte north nord nte
o oeste west ouest ovest
oriente ote ori
sur s south sud sued
"""

AREAS = """
barrio bo
cond condominio
conjunto cjto conj
edif edificio ed
poblacion pob pobl
urb urbanizacion
villa
"""

SUFFIXES: Mapping[str, str] = {
    "strasse": "str",
    "strase": "str",
    "straat": "str",
    "gasse": "gasse",
    "platz": "pl",
    "allee": "al",
}
"""Ends of German and Dutch compounds, and what they are shortened to: "Hauptstraße" and "Hauptstr." are one word."""

MARKS_OF_NUMBERS = frozenset(
    {"n", "no", "nr", "nro", "num", "numero", "nummer", "number", "hausnummer", "civico", "号", "#"}
)
"""Words before (or after) a house number that say no more than that it is one."""

UNITS = frozenset(
    [
        "apartamento",
        "apartment",
        "appartement",
        "apt",
        "app",
        "dpto",
        "depto",
        "departamento",
        "dept",
        "floor",
        "flat",
        "of",
        "oficina",
        "office",
        "piso",
        "suite",
        "unit",
        "wohnung",
        "whg",
        "stock",
        "og",
        "eg",
        "block",
        "bloque",
        "torre",
        "casa",
        "local",
        "interior",
        "int",
        "puerta",
        "escalera",
        "top",
        "tur",
    ]
)
"""Words that begin a part of an address inside of a house: they and the number after them are not looked for."""

FUNCTION_WORDS = frozenset(
    [
        "a",
        "al",
        "am",
        "an",
        "auf",
        "bei",
        "beim",
        "d",
        "da",
        "das",
        "de",
        "dei",
        "del",
        "della",
        "delle",
        "dem",
        "den",
        "der",
        "des",
        "di",
        "die",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "en",
        "et",
        "i",
        "im",
        "in",
        "l",
        "la",
        "las",
        "le",
        "les",
        "lo",
        "los",
        "o",
        "of",
        "on",
        "s",
        "sur",
        "the",
        "u",
        "un",
        "und",
        "unter",
        "von",
        "vor",
        "y",
        "zu",
        "zum",
        "zur",
    ]
)
"""Words so common in names that having them or not says little."""


def _lines(*tables: str) -> list[list[str]]:
    return [line.split() for table in tables for line in table.strip().splitlines()]


def _forms() -> dict[str, tuple[str, ...]]:
    forms: dict[str, list[str]] = {}
    for first, *others in _lines(KINDS_OF_STREET, TITLES, SIDES, AREAS):
        for form in (first, *others):
            meanings = forms.setdefault(form.replace(".", ""), [])
            if first not in meanings:
                meanings.append(first)
    return {form: tuple(meanings) for form, meanings in forms.items()}


FORMS: Mapping[str, tuple[str, ...]] = _forms()
"""Each form that is written, without its full stop, and what it is compared as: more than one where it is ambiguous."""

LIGHT = FUNCTION_WORDS | {line[0] for line in _lines(KINDS_OF_STREET, SIDES, AREAS)} | {"str"}
"""Words that weigh little in a name: "Calle", "Avenida", "de la"."""
