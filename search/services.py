"""Keeping the index true: each change at once, and everything by ``manage.py update_index``."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import OuterRef, Subquery
from django.utils import translation
from wagtail.models import Page

from engagements.models import Engagement
from portal.core.searchable import SearchEntry, entries_wanted
from search import acronyms, text
from search.backends import Document, get_engine
from search.discovery import is_page, searchable_models
from search.models import (
    Acronym,
    Curation,
    EntryFacet,
    Facet,
    IndexEntry,
    IndexEntryQuerySet,
    IndexState,
    SynonymGroup,
    Term,
)
from search.state import touch_index
from search.stopwords import stopwords

_CHUNK = 100
_MAX_BODY = 200_000
_SYNONYMS = Path(__file__).parent / "programme" / "synonyms.txt"

logger = logging.getLogger(__name__)


def index_object(*, model: type[models.Model], pk: Any) -> None:
    """Bring the entries of one object up to date: as it is in the database, or gone."""
    with transaction.atomic():
        before = {entry.pk: entry for entry in _entries_of(model, [pk]).select_for_update()}
        thing = model._default_manager.filter(pk=pk).first()
        kept = _write(model, _described([thing])) if thing is not None else []
        _change_vocabulary(added=kept, removed=before.values())
        _add_acronyms(kept)
        _delete(before.keys() - {entry.pk for entry in kept})
        touch_index()


def load_synonyms() -> int:
    """Give the editors the programme's synonyms, once; return how many groups.

    What they change or delete afterwards stays as they left it.
    """
    with transaction.atomic():
        state, _created = IndexState.objects.select_for_update().get_or_create(pk=1)
        if state.synonyms_loaded:
            return 0
        lines = _SYNONYMS.read_text().splitlines()
        groups = [
            SynonymGroup(language=settings.LANGUAGE_CODE, expressions=line)
            for line in lines
            if line.strip() and not line.startswith("#")
        ]
        for group in groups:
            group.save()
        state.synonyms_loaded = True
        state.save(update_fields=["synonyms_loaded"])
        return len(groups)


def forget_entries(*, entries: Mapping[int, IndexEntry]) -> None:
    """Take out of the engine and of the vocabulary entries that were deleted, by number."""
    with transaction.atomic():
        _change_vocabulary(added=[], removed=entries.values())
        get_engine().remove(entries)
        touch_index()


def refresh_places(*, root: Page) -> None:
    """Bring addresses and tree paths up to date after ``root`` moved or changed its slug.

    Moving a page may shift the paths of its new neighbours too, so that all paths are compared:
    privacy goes by them.
    """
    with transaction.atomic():
        current = Page.objects.filter(pk=OuterRef("page_id")).values("path")[:1]
        shifted = IndexEntry.objects.filter(page__isnull=False).exclude(path=models.F("page__path"))
        shifted_ids = list(shifted.values_list("pk", flat=True))
        shifted.update(path=Subquery(current))
        get_engine().follow(shifted_ids)
        pages = Page.objects.descendant_of(root, inclusive=True).select_related("locale")
        urls = {page.pk: page.get_url() or "" for page in pages.iterator()}
        moved = []
        own = ContentType.objects.get_for_models(*filter(is_page, searchable_models())).values()
        entries = IndexEntry.objects.filter(page__in=pages, content_type__in=own)
        for entry in entries.only("page_id", "url"):
            if urls.get(entry.page_id, entry.url) != entry.url:
                entry.url = urls[entry.page_id]
                moved.append(entry)
        IndexEntry.objects.bulk_update(moved, ["url"], batch_size=500)
        touch_index()


def rebuild_search_index(*, report: Callable[[str], None] = lambda line: None) -> int:
    """Bring everything up to date, additions, changes and removals; return how many entries.

    Nothing is emptied first: whoever searches meanwhile finds everything. A thing that cannot say
    what it is keeps the entries it had, and is reported.
    """
    entries_wanted.send(sender=IndexEntry)
    engine = get_engine()
    engine.install(connection)
    known = set(IndexEntry.objects.values_list("pk", flat=True))
    found: set[int] = set()
    counts = Counter[tuple[str, str]]()
    forms: dict[tuple[str, str], Counter[str]] = {}
    learned = _Acronyms()
    for model in searchable_models():
        before = len(found)
        for things in _chunks(model):
            failed: list[models.Model] = []
            described = _described(things, failed)
            with transaction.atomic():
                entries = _write(model, described)
            for thing in failed:
                report(f"{model._meta.label} {thing.pk}: failed, see the log")
                entries += _entries_of(model, [thing.pk])
            found |= {entry.pk for entry in entries}
            for entry in entries:
                learned.read(entry)
                for term, form in _vocabulary_of(entry).items():
                    counts[entry.language, term] += 1
                    forms.setdefault((entry.language, term), Counter())[form] += 1
        if len(found) > before:
            report(f"{model._meta.label}: {len(found) - before}")
    _delete(known - found)
    with transaction.atomic():
        engine.purge()
        Term.objects.all().delete()
        Term.objects.bulk_create(
            [
                Term(
                    language=language,
                    text=term,
                    documents=count,
                    form=forms[language, term].most_common(1)[0][0],
                    root=text.root(term),
                )
                for (language, term), count in counts.items()
            ],
            batch_size=500,
        )
        learned.keep()
        for curation in Curation.objects.all():
            curation.save()  # its key, as words are read now
        touch_index()
    return len(found)


def learn_acronyms() -> None:
    """Learn again what the whole corpus spells out: a heading published before its acronym too."""
    with transaction.atomic():
        learned = _Acronyms()
        for entry in IndexEntry.objects.iterator(chunk_size=_CHUNK):
            learned.read(entry)
        learned.keep()
        touch_index()


def mend_indexes(_at: dt.datetime) -> None:
    """Bring every index up to date (a job of the night), whatever the signals missed."""
    call_command("update_index", verbosity=0)


def _chunks(model: type[models.Model]) -> Iterator[list[models.Model]]:
    things = model._default_manager.order_by("pk")
    if is_page(model):
        things = things.filter(live=True, alias_of=None)
    last = None
    while True:
        chunk = list((things if last is None else things.filter(pk__gt=last))[:_CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].pk


def _entries_of(model: type[models.Model], pks: Iterable[Any]) -> IndexEntryQuerySet:
    content_type = ContentType.objects.get_for_model(model)
    return IndexEntry.objects.filter(
        content_type=content_type, object_id__in=[str(pk) for pk in pks]
    )


def _described(
    things: Iterable[Any], failed: list[models.Model] | None = None
) -> list[tuple[models.Model, SearchEntry]]:
    """Ask each of ``things`` for its entries; what raises goes to ``failed``, when given."""
    described: list[tuple[models.Model, SearchEntry]] = []
    for thing in things:
        try:
            described += [(thing, entry) for entry in thing.search_entries()]
        except Exception:
            if failed is None:
                raise
            logger.exception("Search entries of %s %s failed", thing._meta.label, thing.pk)
            failed.append(thing)
    return described


def _write(
    model: type[models.Model], described: Sequence[tuple[models.Model, SearchEntry]]
) -> list[IndexEntry]:
    """Write entries; the vocabulary is the caller's business."""
    content_type = ContentType.objects.get_for_model(model)
    rows = [_row(content_type, thing, entry) for thing, entry in described]
    if not rows:
        return []
    IndexEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["content_type", "object_id", "language"],
        update_fields=[
            field.name
            for field in IndexEntry._meta.concrete_fields
            if field.name not in {"id", "content_type", "object_id", "language"}
        ],
    )
    readers = IndexEntry.readers.through
    EntryFacet.objects.filter(entry__in=rows).delete()
    readers.objects.filter(indexentry__in=rows).delete()
    EntryFacet.objects.bulk_create(
        EntryFacet(entry=row, facet=facet, value=value)
        for row, (_thing, entry) in zip(rows, described, strict=True)
        for facet, values in _facets(row, entry).items()
        for value in values
    )
    readers.objects.bulk_create(
        readers(indexentry=row, group_id=group_id)
        for row, (_thing, entry) in zip(rows, described, strict=True)
        for group_id in set(entry.group_ids)
    )
    get_engine().write(
        [
            Document.of(
                row,
                facets={facet: sorted(values) for facet, values in _facets(row, entry).items()},
                group_ids=sorted(set(entry.group_ids)),
            )
            for row, (_thing, entry) in zip(rows, described, strict=True)
        ]
    )
    return rows


def _row(content_type: ContentType, thing: models.Model, entry: SearchEntry) -> IndexEntry:
    with translation.override(entry.language):
        kind_label, note = str(entry.kind_label), str(entry.note)
    return IndexEntry(
        content_type=content_type,
        object_id=str(thing.pk),
        page_id=entry.page_id,
        language=entry.language,
        kind=entry.kind,
        kind_label=kind_label[:80],
        date=entry.date,
        last_day=entry.last_day,
        path=entry.path,
        open_to_all=entry.open_to_all,
        restricted=bool(entry.group_ids),
        version=text.VERSION,
        note=note[:80],
        url=entry.url,
        title=text.clean(entry.title),
        names=[text.clean(name) for name in entry.names],
        tags=list(dict.fromkeys(text.clean(tag) for tag in (*entry.tags, *entry.marks))),
        engagement_numbers=sorted(set(entry.engagement_numbers)),
        sdg_numbers=sorted(set(entry.sdg_numbers)),
        image_id=entry.image_id,
        summary=text.clean(entry.summary),
        body=text.clean(entry.body[:_MAX_BODY]),
    )


def _facets(row: IndexEntry, entry: SearchEntry) -> Mapping[Facet, set[str]]:
    axes = _axes() if row.engagement_numbers else {}
    return {
        Facet.TAG: {text.clean(tag)[:120] for tag in entry.tags},
        Facet.AXIS: {str(axes[number]) for number in row.engagement_numbers if number in axes},
        Facet.ENGAGEMENT: {str(number) for number in row.engagement_numbers},
        Facet.SDG: {str(number) for number in row.sdg_numbers},
        Facet.SERVICE: set(entry.services),
    }


def _axes() -> dict[int, int]:
    return dict(Engagement.objects.values_list("number", "axis__number"))


def _vocabulary_of(row: IndexEntry) -> dict[str, str]:
    """Return the terms of an entry, each with a way in which it is written there."""
    forms: dict[str, str] = {}
    for content in (row.called, " / ".join(row.tags), row.summary, row.body, row.dated):
        for chain in text.chains(content):
            written = content[chain.start : chain.end].lower()[:100]
            if len(chain.words) == 1:
                forms.setdefault(chain.terms[0], written)
                continue
            for term in chain.terms:
                forms.setdefault(term, written if term == chain.joined else term)
    return forms


def _change_vocabulary(*, added: Iterable[IndexEntry], removed: Iterable[IndexEntry]) -> None:
    """Count the terms of entries in and out, in a fixed order so that writers never embrace."""
    changes = Counter[tuple[str, str]]()
    forms: dict[tuple[str, str], str] = {}
    for entry in removed:
        changes.subtract((entry.language, term) for term in _vocabulary_of(entry))
    for entry in added:
        for term, form in _vocabulary_of(entry).items():
            changes[entry.language, term] += 1
            forms[entry.language, term] = form
    table = Term._meta.db_table
    ordered = sorted(changes.items())
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table}(language, text, documents, form, root) "  # noqa: S608
            "VALUES (%s, %s, %s, %s, %s) "
            f"ON CONFLICT (text, language) DO UPDATE SET documents = {table}.documents + %s",
            [
                (language, term, change, forms[language, term], text.root(term), change)
                for (language, term), change in ordered
                if change > 0
            ],
        )
        cursor.executemany(
            f"UPDATE {table} SET documents = documents + %s WHERE text = %s AND language = %s",  # noqa: S608
            [(change, term, language) for (language, term), change in ordered if change < 0],
        )


class _Acronyms:
    """The acronyms that entries hold, and what they may stand for."""

    def __init__(self) -> None:
        self.written: dict[str, set[str]] = {}
        self.spelled: set[tuple[str, str, tuple[str, ...]]] = set()
        self.headings: dict[str, dict[str, set[tuple[str, ...]]]] = {}

    def read(self, entry: IndexEntry) -> None:
        """Note what an entry holds."""
        language = entry.language
        headings = (entry.title, entry.summary, *entry.tags)
        self.written.setdefault(language, set()).update(acronyms.acronyms_in(*headings, entry.body))
        for content in (*headings, entry.body):
            for letters, words in acronyms.definitions(content, language):
                self.spelled.add((language, letters, words))
        kept = self.headings.setdefault(language, {})
        for letters, sequences in acronyms.headings_initials(headings, language).items():
            kept.setdefault(letters, set()).update(sequences)

    def rows(self, known: Mapping[str, set[str]] | None = None) -> list[Acronym]:
        """Return what is spelled out; ``known`` are acronyms that other entries hold."""
        found = set(self.spelled)
        for language, headings in self.headings.items():
            written = self.written.get(language, set()) | (known or {}).get(language, set())
            for letters in headings.keys() & written:
                found |= {(language, letters, words) for words in headings[letters]}
        return [
            Acronym(
                language=language,
                letters=letters,
                words=" ".join(words)[:200],
                key=" ".join(text.stem(word) for word in words if word not in stopwords(language))[
                    :200
                ],
            )
            for language, letters, words in sorted(found)
        ]

    def keep(self) -> None:
        """Keep these acronyms, and no others."""
        Acronym.objects.all().delete()
        Acronym.objects.bulk_create(self.rows(), batch_size=500)


def _add_acronyms(entries: Iterable[IndexEntry]) -> None:
    """Add the acronyms of some entries; ``learn_acronyms`` says what all of them spell out."""
    learned = _Acronyms()
    for entry in entries:
        learned.read(entry)
    known: dict[str, set[str]] = {}
    for language, letters in Acronym.objects.values_list("language", "letters").distinct():
        known.setdefault(language, set()).add(letters)
    Acronym.objects.bulk_create(learned.rows(known), ignore_conflicts=True)


def _delete(pks: Iterable[int]) -> None:
    """Delete entries and what hangs on them; the vocabulary is the caller's business."""
    remaining = list(pks)
    while chunk := remaining[:_CHUNK]:
        with transaction.atomic():
            EntryFacet.objects.filter(entry__in=chunk).delete()
            IndexEntry.readers.through.objects.filter(indexentry__in=chunk).delete()
            get_engine().remove(chunk)
            # Without the signal by which search hears of entries that others delete.
            IndexEntry.objects.filter(pk__in=chunk)._raw_delete(using=connection.alias)
        del remaining[:_CHUNK]
