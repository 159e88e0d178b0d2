"""What the sample's technicians are asked at a visit, by the skill that the work takes, and where more is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Asked = dict[str, Any]
"""A property of a checklist."""

_BARCODES = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"]


def _number(title: str, chinese: str, unit: str, least: float, most: float, kind: str = "number") -> Asked:
    limits = {"minimum": least, "maximum": most, "x-unit": unit}
    return {"x-kind": kind, "title": title, "x-title-zh": chinese, "type": "number", **limits}


def _reading(title: str, chinese: str, unit: str, most: float = 999_999) -> Asked:
    return _number(title, chinese, unit, 0, most, "reading")


def _choice(title: str, chinese: str, **labels: tuple[str, str]) -> Asked:
    words = {name: {"en": english, "zh": other} for name, (english, other) in labels.items()}
    asked = {"x-kind": "choice", "title": title, "x-title-zh": chinese, "type": "string"}
    return {**asked, "enum": list(labels), "x-labels": words}


def _yes_no(title: str, chinese: str) -> Asked:
    return {"x-kind": "yes_no", "title": title, "x-title-zh": chinese, "type": "boolean"}


def _text(title: str, chinese: str, longest: int = 500) -> Asked:
    return {"x-kind": "text", "title": title, "x-title-zh": chinese, "type": "string", "maxLength": longest}


def _photos(title: str, chinese: str, most: int = 4) -> Asked:
    return {"x-kind": "photo", "title": title, "x-title-zh": chinese, "type": "array", "maxItems": most}


def _label(title: str = "Label of the appliance", chinese: str = "设备标签") -> Asked:
    hint = {"description": "Scan it, or type what it says.", "x-description-zh": "扫描或手动输入标签内容。"}
    asked = {"x-kind": "code", "title": title, "x-title-zh": chinese, **hint, "type": "string"}
    return {**asked, "maxLength": 40, "pattern": "^[A-Za-z0-9./-]{4,40}$", "x-formats": _BARCODES}


def _shown(title: str = "Shown to the customer", chinese: str = "已向客户说明") -> Asked:
    return {"x-kind": "signature", "title": title, "x-title-zh": chinese, "type": "string"}


_NOTES = _text("What else was seen", "其他发现")


def _unless(name: str, *more: str) -> dict[str, Any]:
    """Where something was answered with no, more must be answered."""
    test = {"properties": {name: {"const": False}}, "required": [name]}
    return {"if": test, "then": {"required": list(more)}}


def _chosen(name: str, choice: str, *more: str) -> dict[str, Any]:
    test = {"properties": {name: {"const": choice}}, "required": [name]}
    return {"if": test, "then": {"required": list(more)}}


@dataclass(frozen=True, slots=True)
class Paper:
    """What work of a skill asks. ``must``: whether a visit is completed only once what is required is answered."""

    properties: Mapping[str, Asked]
    required: Sequence[str]
    conditions: Sequence[Mapping[str, Any]]
    links: Sequence[tuple[str, str]]
    must: bool = False
    depending: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """The checklist."""
        return {
            "properties": dict(self.properties),
            "required": list(self.required),
            "dependentRequired": {name: list(others) for name, others in self.depending.items()},
            "allOf": [dict(one) for one in self.conditions],
        }

    @property
    def knowledge(self) -> list[dict[str, str]]:
        """Where more is known."""
        return [{"title": title, "url": f"https://example.org/{path}"} for title, path in self.links]


GAS = Paper(
    properties={
        "label": _label(),
        "pressure": _number("Gas pressure before the valve", "阀前燃气压力", "mbar", 0, 60),
        "meter": _reading("Gas meter", "燃气表读数", "m³"),
        "cause": _choice(
            "Cause",
            "原因",
            igniter=("Igniter", "点火器"),
            valve=("Gas valve", "燃气阀"),
            flue=("Flue blocked", "烟道堵塞"),
            none=("No fault found", "未发现故障"),
            other=("Something else", "其他"),
        ),
        "carbon_monoxide": _number("Carbon monoxide in the room", "室内一氧化碳", "ppm", 0, 500),
        "tight": _yes_no("Tight after the work", "作业后无泄漏"),
        "photos": _photos("The appliance after the work", "作业后的设备"),
        "notes": _NOTES,
        "customer": _shown("The customer knows the safety rules", "客户已了解安全须知"),
    },
    required=("pressure", "cause", "tight"),
    conditions=(_unless("tight", "notes", "photos"), _chosen("cause", "other", "notes")),
    links=(("Working on gas appliances", "gas/appliances"), ("What to do at a leak", "gas/leak")),
    must=True,
    depending={"photos": ("label",)},
)

ELECTRICAL = Paper(
    properties={
        "label": _label("Label of the switchboard", "配电箱标签"),
        "voltage": _number("Voltage between phase and neutral", "相线与零线间电压", "V", 0, 460),
        "insulation": _number("Insulation resistance", "绝缘电阻", "MΩ", 0, 9999),
        "trip": _number("Time until the breaker trips", "断路器动作时间", "ms", 0, 1000),
        "meter": _reading("Electricity meter", "电表读数", "kWh"),
        "cause": _choice(
            "Cause",
            "原因",
            overload=("Overload", "过载"),
            breaker=("Breaker worn out", "断路器老化"),
            earth=("Earth fault", "接地故障"),
            appliance=("An appliance", "用电设备"),
            other=("Something else", "其他"),
        ),
        "safe": _yes_no("Safe to use again", "可安全使用"),
        "photos": _photos("The switchboard, open", "打开的配电箱"),
        "notes": _NOTES,
        "customer": _shown(),
    },
    required=("voltage", "cause", "safe"),
    conditions=(_unless("safe", "notes", "photos"), _chosen("cause", "earth", "insulation")),
    links=(("Testing installations", "electrical/testing"), ("Breakers and their curves", "electrical/breakers")),
    must=True,
)

REFRIGERATION = Paper(
    properties={
        "label": _label("Label of the unit", "机组标签"),
        "suction": _number("Suction pressure", "吸气压力", "bar", -1, 20),
        "discharge": _number("Discharge pressure", "排气压力", "bar", 0, 45),
        "inside": _number("Temperature inside", "库内温度", "°C", -45, 40),
        "hours": _reading("Hours of the compressor", "压缩机运行小时", "h"),
        "refrigerant": _choice(
            "Refrigerant",
            "制冷剂",
            r134a=("R134a", "R134a"),
            r290=("R290 (propane)", "R290(丙烷)"),
            r404a=("R404A", "R404A"),
            r744=("R744 (CO₂)", "R744(二氧化碳)"),
        ),
        "added": _number("Refrigerant added", "补充制冷剂", "kg", 0, 50),
        "tight": _yes_no("No leak found", "未发现泄漏"),
        "photos": _photos("Evaporator and condenser", "蒸发器与冷凝器"),
        "notes": _NOTES,
        "customer": _shown("The log book is signed", "运行记录已签字"),
    },
    required=("suction", "inside", "tight"),
    conditions=(_unless("tight", "notes", "photos"),),
    links=(("Handling refrigerants", "cold/refrigerants"),),
    depending={"added": ("refrigerant",)},
)

FIBRE = Paper(
    properties={
        "label": _label("Serial number of the modem", "调制解调器序列号"),
        "power": _number("Optical power received", "接收光功率", "dBm", -40, 10),
        "speed": _number("Speed measured", "实测速率", "Mbit/s", 0, 10_000),
        "cable": _reading("Cable left on the drum", "线盘剩余光缆", "m", 5000),
        "line": _choice(
            "How the line comes in",
            "线路入户方式",
            duct=("Duct", "管道"),
            pole=("Pole", "架空"),
            facade=("Along the front", "沿外墙"),
        ),
        "working": _yes_no("The customer is online", "客户已可上网"),
        "photos": _photos("Socket and modem", "光纤插座与调制解调器"),
        "notes": _NOTES,
        "customer": _shown("The customer has seen it work", "客户已确认可用"),
    },
    required=("power", "working"),
    conditions=(_unless("working", "notes"),),
    links=(("Splicing and measuring", "fibre/splicing"), ("Settings of the modem", "fibre/modem")),
)

PUMPS = Paper(
    properties={
        "label": _label("Label of the pump", "水泵标签"),
        "pressure": _number("Pressure at the outlet", "出口压力", "bar", 0, 25),
        "current": _number("Current of the motor", "电机电流", "A", 0, 200),
        "hours": _reading("Hours of the pump", "水泵运行小时", "h"),
        "cause": _choice(
            "Cause",
            "原因",
            seal=("Seal", "密封"),
            bearing=("Bearing", "轴承"),
            air=("Air in the pipe", "管道进气"),
            valve=("Check valve", "止回阀"),
            other=("Something else", "其他"),
        ),
        "tight": _yes_no("Dry after the work", "作业后无渗漏"),
        "photos": _photos("The pump after the work", "作业后的水泵"),
        "notes": _NOTES,
        "customer": _shown(),
    },
    required=("pressure", "tight"),
    conditions=(_unless("tight", "notes", "photos"), _chosen("cause", "other", "notes")),
    links=(("Seals and bearings", "pumps/seals"),),
)

HEAT_PUMPS = Paper(
    properties={
        "label": _label("Label of the heat pump", "热泵标签"),
        "flow": _number("Flow temperature", "供水温度", "°C", 0, 90),
        "back": _number("Return temperature", "回水温度", "°C", 0, 90),
        "meter": _reading("Electricity used", "用电量", "kWh"),
        "code": _choice(
            "What the display says",
            "显示屏内容",
            none=("Nothing", "无"),
            pressure=("Pressure fault", "压力故障"),
            sensor=("Sensor fault", "传感器故障"),
            flow=("No flow", "无水流"),
        ),
        "warm": _yes_no("It heats again", "已恢复供热"),
        "photos": _photos("Outdoor unit and display", "室外机与显示屏"),
        "notes": _NOTES,
        "customer": _shown(),
    },
    required=("flow", "warm"),
    conditions=(_unless("warm", "notes"),),
    links=(("Codes on the display", "heat-pumps/codes"), ("Filling and venting", "heat-pumps/filling")),
)

SOLAR = Paper(
    properties={
        "label": _label("Serial number of the inverter", "逆变器序列号"),
        "voltage": _number("Voltage of the string", "组串电压", "V", 0, 1500),
        "yielded": _reading("Energy yielded", "累计发电量", "kWh", 9_999_999),
        "state": _choice(
            "State of the inverter",
            "逆变器状态",
            feeding=("Feeding in", "并网发电"),
            waiting=("Waiting", "等待"),
            fault=("Fault", "故障"),
        ),
        "safe": _yes_no("The disconnector works", "隔离开关正常"),
        "photos": _photos("Roof and inverter", "屋顶与逆变器"),
        "notes": _NOTES,
        "customer": _shown(),
    },
    required=("voltage", "safe"),
    conditions=(_unless("safe", "notes", "photos"), _chosen("state", "fault", "notes")),
    links=(("Working on a roof", "solar/roof"),),
)

PAPERS: Mapping[str, Paper] = {
    "gas": GAS,
    "electrical": ELECTRICAL,
    "refrigeration": REFRIGERATION,
    "fibre": FIBRE,
    "pumps": PUMPS,
    "heat pumps": HEAT_PUMPS,
    "solar": SOLAR,
}
"""Skill → what its work asks. Work that takes several skills asks what the first of them does."""
