"""Small helps for components."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import get_language

from portal.core import dates, tags

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


@register.simple_tag
def language_of_tags() -> str:
    """Return the language that tags are read out in; empty when it is the reader's."""
    return tags.language_of_tags()


@register.filter(expects_localtime=True)
def day_in_words(day: dt.date | None) -> str:
    """Write a day, or the day of an instant, in the reader's language: « 1er octobre 2017 »."""
    return dates.day_in_words(day)


@register.filter
def language_in_sentence(name: str) -> str:
    """Return the name of a language as it is written within a sentence: English keeps its capital."""
    return name if (get_language() or "").startswith("en") else name.lower()


@register.filter
def page_numbers(paginator: Paginator, current: int) -> list[int]:
    """Return the page numbers worth showing around ``current``; 0 stands for those left out."""
    pages = paginator.get_elided_page_range(current, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in pages]


@register.filter
def address(urls: Mapping[Any, str] | str | None, key: Any) -> str:
    """Return an address: ``urls`` itself, or that of ``key`` when ``urls`` holds several."""
    if isinstance(urls, Mapping):
        return urls.get(key, "")
    return urls or ""


@register.simple_tag
def url_of(thing: Any, urls: Mapping[int, str] | str = "") -> str:
    """Return the address of ``thing``, or the one that ``urls`` holds for its number."""
    own = thing.get("url") if isinstance(thing, Mapping) else getattr(thing, "url", "")
    number = thing.get("number") if isinstance(thing, Mapping) else getattr(thing, "number", None)
    return own or address(urls, number)
