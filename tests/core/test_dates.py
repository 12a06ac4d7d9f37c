"""Days in words, in French and in English."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from portal.core.dates import NBSP, day_in_words

FR_EN = [
    (dt.date(2017, 10, 1), "1er octobre 2017", "1 October 2017"),
    (dt.date(2017, 10, 2), "2 octobre 2017", "2 October 2017"),
    (dt.date(2026, 8, 11), "11 août 2026", "11 August 2026"),
    (None, "", ""),
]


@pytest.mark.parametrize(("day", "french", "english"), FR_EN)
def test_a_day_in_words(day, french, english):
    assert day_in_words(day, "fr").replace(NBSP, " ") == french
    assert day_in_words(day, "en").replace(NBSP, " ") == english


@pytest.mark.parametrize(
    ("language", "expected"), [("fr", "1er octobre 2017"), ("en", "1 October 2017")]
)
def test_templates_write_the_day_of_an_instant_in_paris(language, expected):
    midnight = dt.datetime(2017, 9, 30, 22, 0, tzinfo=dt.UTC)
    template = Template("{% load ui %}{{ at|day_in_words }}")
    with translation.override(language):
        assert template.render(Context({"at": midnight})).replace(NBSP, " ") == expected


def test_no_template_writes_a_day_in_another_way():
    templates = [
        path for folder in settings.TEMPLATES[0]["DIRS"] for path in Path(folder).rglob("*")
    ]
    wordy = [
        p for p in templates if p.suffix in {".html", ".txt"} and '"DATE_FORMAT"' in p.read_text()
    ]
    assert templates
    assert wordy == []
