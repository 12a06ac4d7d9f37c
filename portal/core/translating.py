"""Translations of pages, made of wagtail-localize's own objects.

The words come from a copy of the page, in memory, whose fields hold the translation: both are cut
into segments in the same way, and the segments are paired one by one.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    String,
    StringTranslation,
    Translation,
    TranslationContext,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from .content_files import Block

AnyPage = TypeVar("AnyPage", bound=Page)


class UnpairedTranslationError(ValueError):
    """A translation that does not have the structure of its original."""


@transaction.atomic
def translate_page(
    *,
    page: AnyPage,
    locale: Locale,
    fill: Callable[[AnyPage], None],
    overrides: Mapping[str, Any] | None = None,
    publish: bool = True,
) -> AnyPage:
    """Translate ``page`` and return its translation.

    Args:
        page: the original, as it stands in the database.
        locale: the language of the translation.
        fill: writes the translated words into the copy of the page that it is given.
        overrides: values of synchronised fields that differ in this language (a file's id).
        publish: whether the translation goes live when the transaction is committed.

    Raises:
        UnpairedTranslationError: the translation does not have as many segments as the original.

    """
    original: AnyPage = page.specific_class.objects.get(pk=page.pk)
    copy: AnyPage = page.specific_class.objects.get(pk=page.pk)
    fill(copy)
    source, _created = TranslationSource.update_or_create_from_instance(original)
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    for path, pairs in _pair(_strings(original), _strings(copy)):
        context, _created = TranslationContext.objects.get_or_create(
            object_id=source.object_id, path=path
        )
        for before, after in pairs:
            StringTranslation.objects.update_or_create(
                translation_of=String.from_value(source.locale, before.string),
                locale=locale,
                context=context,
                defaults={
                    "data": after.string.data,
                    "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                },
            )
    for path, value in (overrides or {}).items():
        segment = OverridableSegment.objects.get(source=source, context__path=path)
        SegmentOverride.objects.update_or_create(
            locale=locale, context=segment.context, defaults={"data_json": json.dumps(value)}
        )
    translation.save_target(publish=publish)
    translated: AnyPage = original.get_translation(locale)
    return translated


def translated_body(original: Any, blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Return the raw value of a body that has the blocks of ``original`` and other words.

    Raises:
        UnpairedTranslationError: the two do not have the same blocks in the same order.

    """
    stream = [dict(block) for block in original.raw_data]
    kinds, translated = [block["type"] for block in stream], [kind for kind, _value in blocks]
    if kinds != translated:
        raise UnpairedTranslationError(f"blocks differ: {kinds} and {translated}")
    return [{**block, "value": value} for block, (_kind, value) in zip(stream, blocks, strict=True)]


def _strings(page: Page) -> dict[str, list[StringSegmentValue]]:
    found = defaultdict(list)
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue):
            found[segment.path].append(segment)
    return found


def _pair(
    original: Mapping[str, list[StringSegmentValue]], copy: Mapping[str, list[StringSegmentValue]]
) -> list[tuple[str, list[tuple[StringSegmentValue, StringSegmentValue]]]]:
    pairs = []
    for path, segments in original.items():
        others = copy.get(path, [])
        if len(others) != len(segments):
            raise UnpairedTranslationError(
                f"{path}: {len(segments)} strings, {len(others)} translated"
            )
        pairs.append((path, list(zip(segments, others, strict=True))))
    return pairs
