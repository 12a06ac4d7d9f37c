"""The description of the API, in OpenAPI 3.1: what programs may ask, and what they are answered."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from search.backends import Sort
from search.selection import FACETS, MAX_VALUES
from search.understanding import MAX_QUERY

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}
_MEANINGS = {
    "kind": "Kind of thing: news, event, story, page, document, indicator, engagement…",
    "axis": "Number of an axis.",
    "engagement": "Number of an engagement.",
    "sdg": "Number of a Sustainable Development Goal.",
    "service": "Slug of a service.",
    "tag": "A topic, as it is written; between double quotes when it holds a comma.",
    "year": "Year of publication, or in which an event takes place.",
}


def document() -> dict[str, Any]:
    """Return the whole description."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": f"{settings.WAGTAIL_SITE_NAME}: search",
            "version": "1",
            "description": (
                "Finds what the signed-in reader may read, with the rights, the ranking and the "
                "counts of the search page. Authentication is the session of the portal."
            ),
        },
        "servers": [{"url": "/"}],
        "security": [{"session": []}],
        "paths": {
            reverse("api_search"): {"get": _search()},
            reverse("api_search_suggest"): {"get": _suggest()},
        },
        "components": {
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": settings.SESSION_COOKIE_NAME,
                }
            },
            "schemas": _schemas(),
        },
    }


def _search() -> dict[str, Any]:
    return {
        "operationId": "search",
        "summary": "Find what answers a query",
        "description": "Without a query: everything, the newest first.",
        "parameters": [
            _query_parameter(),
            *(_facet(name) for name in FACETS),
            _language(),
            _parameter(
                "sort",
                "Order of the results.",
                {
                    "type": "string",
                    "enum": [sort.value for sort in Sort],
                    "default": Sort.RELEVANCE.value,
                },
            ),
            _parameter(
                "page",
                "Page of results, ten to a page; beyond the last one, the last one.",
                {"type": "integer", "minimum": 1, "maximum": 100_000, "default": 1},
            ),
        ],
        "responses": _responses("Answer"),
    }


def _suggest() -> dict[str, Any]:
    return {
        "operationId": "suggest",
        "summary": "Propose what begins like what is being typed",
        "description": "Nothing is proposed before the third character.",
        "parameters": [_query_parameter(), _language()],
        "responses": _responses("Suggestions"),
    }


def _responses(schema: str) -> dict[str, Any]:
    def response(description: str, name: str) -> dict[str, Any]:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"description": description, "content": content}

    return {
        "200": response("What was found.", schema),
        "400": response("A parameter cannot be understood.", "InvalidParameter"),
        "401": response("Nobody is signed in.", "Error"),
    }


def _parameter(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _query_parameter() -> dict[str, Any]:
    return _parameter(
        "q", f"What is looked for; what exceeds {MAX_QUERY} characters is not read.", _TEXT
    )


def _language() -> dict[str, Any]:
    codes = [code for code, _name in settings.LANGUAGES]
    return _parameter(
        "lang",
        "Language that is searched and answered in; the reader's by default.",
        {"type": "string", "enum": codes},
    )


def _facet(name: str) -> dict[str, Any]:
    return {
        **_parameter(
            name,
            f"{_MEANINGS[name]} Several values: the parameter repeated, or parted by commas.",
            {
                "type": "array",
                "maxItems": MAX_VALUES,
                "items": {"type": "string", "pattern": f"^{FACETS[name].pattern}$"},
            },
        ),
        "style": "form",
        "explode": True,
    }


def _schemas() -> dict[str, Any]:
    nothing_or_text = {"type": ["string", "null"]}
    numbers = {"type": "array", "items": {"type": "integer"}}
    return {
        "Answer": _object(
            {
                "query": {**_TEXT, "description": "The query, as it was read."},
                "total": {**_NUMBER, "description": "Number of results over all pages."},
                "near": {
                    "type": "boolean",
                    "description": "Whether results hold only some of what is asked.",
                },
                "results": _list("Result"),
                "facets": _object(
                    {name: _list("FacetValue") for name in FACETS},
                    "Counts of each value, whatever the filter of its own facet.",
                ),
                "languages": {
                    "type": "object",
                    "additionalProperties": _NUMBER,
                    "description": "Number of results in each language.",
                },
                "suggestion": {
                    **nothing_or_text,
                    "description": "Another way to write a word that nothing holds.",
                },
                "engine": {**_TEXT, "description": "What answered."},
                "degraded": {
                    "type": "boolean",
                    "description": "Whether the usual engine is out of reach.",
                },
                "page": {"type": "integer", "minimum": 1},
                "pages": {"type": "integer", "minimum": 1},
            }
        ),
        "Result": _object(
            {
                "slug": {**_TEXT, "description": "Last segment of the address."},
                "url": {**_TEXT, "format": "uri-reference"},
                "title": {**_TEXT, "description": "Plain text."},
                "kind": _TEXT,
                "kind_label": _TEXT,
                "language": _TEXT,
                "published_on": {
                    **nothing_or_text,
                    "format": "date",
                    "description": "Date of publication, or first day of an event.",
                },
                "extract": {
                    **_TEXT,
                    "description": "Escaped HTML, whose only element is mark: words that match.",
                },
                "engagements": numbers,
                "sdgs": numbers,
                "tags": {"type": "array", "items": _TEXT},
                "score": {
                    "type": "number",
                    "description": "Of no meaning from one query to another.",
                },
                "pinned": {
                    "type": "boolean",
                    "description": "Whether editors put it first; it then scores above all others.",
                },
            }
        ),
        "FacetValue": _object(
            {"value": _TEXT, "label": _TEXT, "count": _NUMBER, "active": {"type": "boolean"}}
        ),
        "Suggestions": _object({"query": _TEXT, "suggestions": _list("Suggestion")}),
        "Suggestion": _object(
            {
                "type": {"type": "string", "enum": ["page", "tag"]},
                "label": _TEXT,
                "language": {**_TEXT, "description": "Language of the label."},
                "kind": nothing_or_text,
                "kind_label": nothing_or_text,
                "count": {
                    "type": ["integer", "null"],
                    "description": "How many things carry the topic.",
                },
                "url": {**_TEXT, "format": "uri-reference"},
            }
        ),
        "Error": _object({"error": _TEXT, "detail": _TEXT}),
        "InvalidParameter": _object(
            {
                "error": {"const": "invalid_parameter"},
                "detail": _TEXT,
                "parameters": {"type": "object", "additionalProperties": _TEXT},
            }
        ),
    }


def _object(properties: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    described = {"description": description} if description else {}
    return {
        "type": "object",
        **described,
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(schema: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}
