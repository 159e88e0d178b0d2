"""The sample's customers: invented names, people to talk to, and the machines that they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.sample.city import SAMPLE_DATE

_FIRST = (  # noqa: SIM905  a list of names reads better as text
    "Alejandra Andrés Antonia Bárbara Camilo Catalina Claudio Constanza Cristián Daniela Eduardo Emilia "
    "Esteban Fabiola Francisca Gonzalo Ignacio Javiera Jorge Josefa Julián Lorena Macarena Manuel Martina "
    "Matías Mónica Pablo Paulina Ramón Rocío Rodrigo Sebastián Sofía Teresa Tomás Valentina Verónica "
    "Víctor Ximena"
).split()
_LAST = (  # noqa: SIM905
    "Aguilera Alfaro Barraza Cáceres Campos Carmona Cisternas Collao Escobar Espinoza Flores Fuentes "
    "Gallardo Guerra Henríquez Honores Ibacache Jara Leiva Lobos Maldonado Miranda Molina Navarro "
    "Olivares Órdenes Pastén Peralta Ramos Riquelme Rivera Robles Saavedra Salinas Toro Urrutia Valdés "
    "Véliz Yáñez Zepeda"
).split()
_TRADES: Mapping[str, tuple[str, ...]] = {
    "cold store": ("Frigorífico", "Pescadería", "Viveros"),
    "fridge": ("Almacén", "Panadería", "Carnicería", "Heladería"),
    "pump": ("Edificio", "Condominio", "Parcela"),
    "pressure": ("Edificio", "Hotel", "Clínica"),
    "compressor": ("Supermercado", "Frigorífico"),
    "borehole": ("Viña", "Parcela"),
    "switchboard": ("Taller", "Imprenta", "Colegio"),
    "riser": ("Edificio", "Hotel"),
}
_TRADE_NAMES = (
    "El Faro", "La Recova", "Los Papayos", "Playa Blanca", "San Joaquín", "El Milagro", "La Herradura", "Tres Carreras",
    "Altos de Peñuelas", "El Pescador", "Valle Claro", "Santa Inés", "La Portada", "Cuatro Esquinas", "El Olivar",
    "Punta Mira", "Brillador", "Las Rojas", "Quebrada Honda", "Puerto Viejo",
)  # fmt: skip
_MACHINES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "gas": ("gas boiler", "Cordillera", ("B18", "B24", "B24 Plus")),
    "refrigeration": ("cold store", "Antártida", ("F6", "F12", "F20")),
    "fibre": ("fibre terminal", "Lumina", ("G2", "G4")),
    "pumps": ("pressure set", "Elqui", ("P1", "P2 Duo", "P4")),
    "heat pumps": ("heat pump", "Brisa", ("HP8", "HP12")),
    "solar": ("inverter", "Atacama", ("S5", "S10")),
    "electrical": ("switchboard", "Norte", ("T12", "T24")),
}
"""Skill → kind, maker and models of what is looked after."""
_HOUSEHOLD, _BUSINESS = "private", "business"
_NEW, _OLD, _WARRANTY = 0.2, 12.0, 2.0
"""Years: the youngest machine, the oldest, and how long a warranty lasts."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A piece of equipment."""

    kind: str
    maker: str
    model: str
    serial: str
    installed: dt.date

    @property
    def warranty_until(self) -> dt.date:
        """The last day of the warranty."""
        return self.installed + dt.timedelta(days=round(365 * _WARRANTY))


@dataclass(frozen=True, slots=True)
class Client:
    """A customer and the person to talk to. Telephone numbers and addresses of e-mail lead nowhere."""

    name: str
    contract: str
    person: str
    phone: str
    email: str


def draw_clients(kinds: Sequence[str], generator: np.random.Generator) -> list[Client]:
    """One customer for each of these kinds of work, with names that are all different."""
    people = generator.permutation(len(_FIRST) * len(_LAST))[: len(kinds)].tolist()
    return [_client(kind, number, generator) for kind, number in zip(kinds, people, strict=True)]


def _client(kind: str, number: int, generator: np.random.Generator) -> Client:
    person = f"{_FIRST[number // len(_LAST)]} {_LAST[number % len(_LAST)]}"
    trades = next((trades for word, trades in _TRADES.items() if word in kind), ())
    trade, named, line = generator.random(3)
    phone = f"+56 9 {5000 + int(line * 5000)} {number % 10000:04d}"
    email = f"client{number}@fieldwright.example"
    if not trades:
        return Client(person, _HOUSEHOLD, person, phone, email)
    name = f"{trades[int(trade * len(trades))]} {_TRADE_NAMES[int(named * len(_TRADE_NAMES))]}"
    return Client(name, _BUSINESS, person, phone, email)


def draw_machine(skill: str, generator: np.random.Generator, today: dt.date = SAMPLE_DATE) -> Machine:
    """A machine that somebody with this skill looks after, some of them still under warranty."""
    kind, maker, models = _MACHINES[skill]
    age = float(generator.uniform(_NEW, _OLD))
    return Machine(
        kind=kind,
        maker=maker,
        model=models[int(generator.integers(len(models)))],
        serial=f"{maker[:2].upper()}{generator.integers(10**7, 10**8)}",
        installed=today - dt.timedelta(days=round(365 * age)),
    )
