"""Small helps for components."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.http import QueryDict

register = template.Library()


@register.simple_tag
def page_query(base_query: str | None, number: int) -> str:
    """Return the query string of the page ``number`` of a list.

    >>> page_query("axis=3&page=9", 2)
    '?axis=3&page=2'
    """
    query = QueryDict(base_query or "", mutable=True)
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def page_numbers(paginator: Paginator, current: int) -> list[int]:
    """Return the page numbers worth showing around ``current``; 0 stands for those left out."""
    pages = paginator.get_elided_page_range(current, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in pages]


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return ``mapping[key]``, nothing when there is none."""
    return mapping.get(key, "")
