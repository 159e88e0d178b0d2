"""The API's documentation as one page, the OpenAPI document written out. It needs nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Part = Mapping[str, Any]

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
nav ul { columns: 14rem; padding-left: 1.2rem; }
details { border-top: 1px solid #8884; padding: .35rem 0; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4.2rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #8883; padding: .2rem .8rem .2rem 0; vertical-align: top; }
"""

POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The page's Content-Security-Policy: its own style, and nothing else."""


def page(document: Part, document_at: str) -> str:
    """The documentation as HTML; ``document_at`` is where the OpenAPI document is served."""
    operations: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["Health"])[0]
            operations.setdefault(tag, []).append(_operation(method, path, operation))
    links = "".join(f'<li><a href="#{_anchor(tag)}">{escape(tag)}</a></li>' for tag in (*operations, "Shapes"))
    groups = "".join(f'<h2 id="{_anchor(tag)}">{escape(tag)}</h2>{"".join(some)}' for tag, some in operations.items())
    shapes = "".join(_shape(name, shape) for name, shape in sorted(document["components"]["schemas"].items()))
    title = escape(f"{document['info']['title']} API {document['info']['version']}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<h1>{title}</h1>{_paragraphs(document['info'].get('description', ''))}"
        f'<p>For programs: <a href="{escape(document_at)}">the OpenAPI document</a>.</p>'
        f'<nav><ul>{links}</ul></nav><main>{groups}<h2 id="shapes">Shapes</h2>{shapes}</main></body></html>\n'
    )


def _operation(method: str, path: str, operation: Part) -> str:
    parts = [_paragraphs(operation.get("description", ""))]
    if parameters := operation.get("parameters"):
        rows = (
            (
                f"<code>{escape(one['name'])}</code>{' (required)' if one.get('required') else ''}",
                escape(one["in"]),
                _type(one["schema"]),
                escape(one.get("description") or one["schema"].get("description", "")),
            )
            for one in parameters
        )
        parts.append(f"<h4>Parameters</h4>{_table(rows)}")
    if body := operation.get("requestBody"):
        sent = ((escape(kind), _type(content.get("schema", {}))) for kind, content in body["content"].items())
        parts.append(f"<h4>Body</h4>{_table(sent)}")
    answers = (
        (escape(status), escape(answer.get("description", "")), ", ".join(_contents(answer)))
        for status, answer in sorted(operation["responses"].items())
    )
    parts.append(f"<h4>Answers</h4>{_table(answers)}")
    return (
        f'<details id="{escape(operation.get("operationId", ""))}"><summary><b>{method.upper()}</b> '
        f"<code>{escape(path)}</code> {escape(operation.get('summary', ''))}</summary>{''.join(parts)}</details>"
    )


def _contents(answer: Part) -> Iterator[str]:
    for kind, content in answer.get("content", {}).items():
        yield f"{_type(content['schema'])} ({escape(kind)})" if content.get("schema") else escape(kind)


def _shape(name: str, shape: Part) -> str:
    required = set(shape.get("required", ()))
    rows = (
        (
            f"<code>{escape(member)}</code>{' (required)' if member in required else ''}",
            _type(one),
            escape(one.get("description", "")),
        )
        for member, one in shape.get("properties", {}).items()
    )
    inside = _table(rows) if "properties" in shape else f"<p>{_type(shape)}</p>"
    about = _paragraphs(shape.get("description", ""))
    return f'<details id="{_anchor(name)}"><summary><code>{escape(name)}</code></summary>{about}{inside}</details>'


def _type(schema: Part) -> str:
    """A schema in a few words, with links to shapes; limits included."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{_anchor(name)}">{escape(name)}</a>'
    for members in ("anyOf", "oneOf", "allOf"):
        if members in schema:
            return " or ".join(_type(one) for one in schema[members])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(f"<code>{escape(json.dumps(one, ensure_ascii=False))}</code>" for one in values)
    kind = escape(str(schema.get("type", "any value")))
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        return f"object of {_type(values)}"
    limits = [f"{word} {schema[name]}" for name, word in _LIMITS.items() if schema.get(name) is not None]
    return escape(", ".join([kind, *limits]), quote=False)


_LIMITS = {
    "format": "as",
    "minimum": "from",
    "exclusiveMinimum": "above",
    "maximum": "to",
    "exclusiveMaximum": "below",
    "minLength": "characters from",
    "maxLength": "characters to",
    "pattern": "like",
    "default": "by default",
}


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(one)}</p>" for one in text.split("\n\n") if one.strip())


def _anchor(name: str) -> str:
    return escape(name.lower().replace(" ", "-"))
