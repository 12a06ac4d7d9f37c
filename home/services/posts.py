"""Publishes the posts of a table, each on its own: what goes wrong in one row stays in that row.

The trace of the programme's loads (`LoadedRow`) says what was imported once, and keeps two imports
from making a page twice; the audit log says what each import wrote, so that a page that an editor
changed since is told from one that nobody touched.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Locale, Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.synctree import create_aliases_for_new_page

from engagements.models import ContentPage, Engagement, LoadedRow, Sdg
from engagements.services import LoadReport
from home.dates import at
from home.models import (
    EventIndexPage,
    EventPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StandardPage,
)
from home.posts import (
    MORNING,
    BadRowError,
    Post,
    PostFile,
    PostKind,
    RejectedRow,
    leads_within,
    read_posts,
)
from partners.gate import PublicationRefusedError
from partners.models import StoryIndexPage, VideoStoryPage
from portal.core.content_files import stream_data
from portal.core.markdown import blocks_of_markdown
from portal.core.models import BasePage
from portal.core.searchable import many_published
from portal.core.tables import CellProblem, TableRow
from portal.core.tags import EXAMPLE_TAG
from portal.users.models import User

from .pages import PROGRAMME

EXAMPLES = PROGRAMME / "examples" / "posts.csv"
TRACE = "posts"
IMPORTED = "home.import"

Progress = Callable[[int, int], None]


class Result(models.TextChoices):
    """What became of a row."""

    CREATED = "created", gettext_lazy("created")
    UPDATED = "updated", gettext_lazy("updated")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    LEFT_ALONE = "left-alone", gettext_lazy("left alone")
    REJECTED = "rejected", gettext_lazy("rejected")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, and what is to be said of it."""

    line: int
    name: str
    result: Result
    remarks: Sequence[str] = ()


@dataclass(slots=True)
class ImportReport:
    """What an import did, row by row."""

    outcomes: list[Outcome] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Result]:
        """How many rows had each result."""
        return Counter(outcome.result for outcome in self.outcomes)

    def reject(self, rejected: RejectedRow) -> None:
        """Record a row that makes no page."""
        row = rejected.row
        name = row.cells.get("slug", "")[:60]
        self.rejected.append(rejected)
        self.outcomes.append(Outcome(row.line, name, Result.REJECTED, [rejected.reason]))


def _news_dates(post: Post) -> dict[str, Any]:
    return {"date": post.when.day}


def _event_dates(post: Post) -> dict[str, Any]:
    """Return when an event begins: a file of posts says nothing of its end."""
    when = post.when
    return {"precision": when.precision, "start_date": when.day, "start_time": when.time}


def _no_dates(post: Post) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Destination:
    """What a kind of post becomes, and where it goes."""

    model: type[ContentPage]
    parent: type[BasePage]
    dates: Callable[[Post], dict[str, Any]]
    # Whether the date of the post is that of its publication.
    is_dated_by_publication: bool = True
    # What marks an example to readers: a field of the page, else a tag.
    example_field: str = ""


DESTINATIONS: Mapping[PostKind, Destination] = {
    PostKind.NEWS: Destination(NewsPage, NewsIndexPage, _news_dates),
    PostKind.EVENT: Destination(
        EventPage,
        EventIndexPage,
        _event_dates,
        is_dated_by_publication=False,
        example_field="demonstration",
    ),
    PostKind.STORY: Destination(VideoStoryPage, StoryIndexPage, _news_dates),
    PostKind.PAGE: Destination(StandardPage, HomePage, _no_dates),
}

# From the fields of the models to the columns that fill them, to say where a refusal comes from.
COLUMN_OF_FIELD = {
    "title": "title",
    "draft_title": "title",
    "slug": "slug",
    "summary": "summary",
    "body": "body",
    "tags": "tags",
    "date": "published_on",
    "precision": "published_on",
    "start_date": "published_on",
    "start_time": "published_on",
}


@dataclass(frozen=True, slots=True)
class _Trace:
    """What the last import of a page wrote."""

    page_id: int
    revision_id: int | None
    digest: str


@dataclass(slots=True)
class _Import:
    """The state of one import: what is asked once for all rows."""

    file_name: str
    actor: User | None
    overwrite: bool
    is_example: bool
    imported: set[str]
    traces: dict[str, _Trace]
    pages: dict[int, Page]
    engagements: dict[int, Engagement]
    sdgs: dict[int, Sdg]
    locales: dict[str, Locale]
    parents: dict[tuple[type[Page], str], int | None] = field(default_factory=dict)


def import_posts(
    *,
    file: PostFile,
    actor: User | None = None,
    is_example: bool = False,
    overwrite: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Publish the posts of ``file``, each in its own transaction, and say what became of each.

    Args:
        file: what was read.
        actor: who imports, for the history of the pages; None for a load by the machine.
        is_example: whether readers are told that these are examples.
        overwrite: whether to write over what editors changed or deleted since, and over pages that
            no import made.
        dry_run: whether to undo each row at once; the report says what would have happened.
        progress: told of the advance.

    """
    report = ImportReport()
    for rejected in file.rejected:
        report.reject(rejected)
    state = _start(file.name, actor, overwrite, is_example)
    # What leads to other pages of the file comes after them.
    waiting = sorted(file.posts, key=lambda pair: leads_within(pair[1]))
    for done, (row, post) in enumerate(waiting):
        progress(done, len(waiting))
        try:
            report.outcomes.append(_import_post(state, row, post, dry_run))
        except BadRowError as error:
            report.reject(RejectedRow(row, error.problems))
    if waiting:
        progress(len(waiting), len(waiting))
        if not dry_run:
            many_published.send(sender=PostFile)
    report.outcomes.sort(key=lambda outcome: outcome.line)
    report.rejected.sort(key=lambda rejected: rejected.row.line)
    return report


def known_numbers() -> dict[str, set[int]]:
    """Return the numbers of engagements and goals that posts may name."""
    return {
        "engagements": set(Engagement.objects.values_list("number", flat=True)),
        "sdgs": set(Sdg.objects.values_list("number", flat=True)),
    }


def _start(file_name: str, actor: User | None, overwrite: bool, is_example: bool) -> _Import:
    entries = PageLogEntry.objects.filter(action=IMPORTED).order_by("timestamp", "pk")
    traces = {
        data["key"]: _Trace(page_id, revision_id, data["digest"])
        for page_id, revision_id, data in entries.values_list("page_id", "revision_id", "data")
    }
    numbers = [trace.page_id for trace in traces.values()]
    return _Import(
        file_name=file_name,
        actor=actor,
        overwrite=overwrite,
        is_example=is_example,
        imported=set(LoadedRow.objects.filter(file=TRACE).values_list("key", flat=True)),
        traces=traces,
        pages=dict(_in_slices(numbers)),
        engagements={row.number: row for row in Engagement.objects.all()},
        sdgs={row.number: row for row in Sdg.objects.all()},
        locales={row.language_code: row for row in Locale.objects.all()},
    )


def _in_slices(numbers: Sequence[int], size: int = 500) -> Iterator[tuple[int, Page]]:
    for start in range(0, len(numbers), size):
        yield from Page.objects.in_bulk(numbers[start : start + size]).items()


def _import_post(state: _Import, row: TableRow, post: Post, dry_run: bool) -> Outcome:
    """Bring one row into the site.

    Raises:
        BadRowError: the rules of the models, or those of the site, refuse it.

    """
    digest = post.digest(is_example=state.is_example)
    trace = state.traces.get(post.key)
    known = state.pages.get(trace.page_id) if trace else None
    if trace and known and not isinstance_of(known, post):
        raise _refusal("slug", _("It was imported as a page of another kind."))
    if post.key in state.imported and not state.overwrite:
        if known is None:
            remark = _("It was imported before, and deleted since.")
            return Outcome(row.line, post.slug, Result.LEFT_ALONE, [remark])
        if trace and _is_edited(known, trace):
            remark = _("An editor changed it since its last import.")
            return Outcome(row.line, post.slug, Result.LEFT_ALONE, [remark])
    if trace and known and trace.digest == digest and not _is_edited(known, trace):
        return Outcome(row.line, post.slug, Result.UNCHANGED)
    try:
        with transaction.atomic():
            outcome = _write(state, row, post, known, digest)
            if dry_run:
                transaction.set_rollback(True)
    except ValidationError as error:
        raise BadRowError(_problems(error)) from error
    except PermissionDenied as error:
        reason = _("%(name)s may not publish there.") % {"name": state.actor}
        raise _refusal("", reason) from error
    except PublicationRefusedError as error:
        raise _refusal("", " ".join(map(str, error.messages))) from error
    except IntegrityError as error:
        raise _refusal("", _("Something else was written there meanwhile: try again.")) from error
    return outcome


def isinstance_of(page: Page, post: Post) -> bool:
    """Say whether a page is of the type that a post becomes."""
    return page.specific_class is DESTINATIONS[post.kind].model


def _refusal(column: str, reason: str) -> BadRowError:
    return BadRowError([CellProblem(column, reason)])


def _problems(error: ValidationError) -> list[CellProblem]:
    """Return what the models refuse, by column of the file."""
    if not hasattr(error, "error_dict"):
        return [CellProblem("", " ".join(error.messages))]
    return list(
        dict.fromkeys(
            CellProblem(COLUMN_OF_FIELD.get(name, ""), " ".join(messages))
            for name, messages in error.message_dict.items()
        )
    )


def _is_edited(page: Page, trace: _Trace) -> bool:
    """Say whether someone wrote in the page, or took it offline, since its last import."""
    if page.latest_revision_id != trace.revision_id:
        return True
    if page.live:
        return False
    scheduled = Revision.page_revisions.filter(pk=trace.revision_id)
    return not scheduled.filter(approved_go_live_at__isnull=False).exists()


def _write(state: _Import, row: TableRow, post: Post, known: Page | None, digest: str) -> Outcome:
    """Write one row; the index of references, which each save would bring up to date, waits."""
    with disable_reference_index_auto_update():
        outcome, number = _write_page(state, row, post, known, digest)
    if number is not None:
        for page in Page.objects.filter(Q(pk=number) | Q(alias_of=number)).specific():
            ReferenceIndex.create_or_update_for_object(page)
    return outcome


def _write_page(
    state: _Import, row: TableRow, post: Post, known: Page | None, digest: str
) -> tuple[Outcome, int | None]:
    """Create or update a page; return its number when it was written."""
    page: Any = known.specific if known else None
    overwritten = page is not None and _is_edited(page, state.traces[post.key])
    if page is None:
        parent = _parent(state, post)
        page = _page_in_the_way(parent, post)
        overwritten = page is not None
        if page is not None and not state.overwrite:
            remark = _("A page has this address already, and no import made it.")
            return Outcome(row.line, post.slug, Result.LEFT_ALONE, [remark]), None
    is_new = page is None
    if is_new:
        page = DESTINATIONS[post.kind].model(slug=post.slug, owner=state.actor, live=False)
    else:
        page = page.get_latest_revision_as_object()
    remarks = _fill(state, page, post)
    # Wagtail asks less of a draft, and does not say of which field it speaks.
    fields = [field.name for field in page._meta.fields]
    page.clean_fields(exclude=[name for name in fields if name not in COLUMN_OF_FIELD])
    if is_new:
        page.locale = parent.locale
        page.has_unpublished_changes = True
        parent.add_child(instance=page)
    elif page.first_published_at:
        # Not a part of revisions.
        type(page).objects.filter(pk=page.pk).update(first_published_at=page.first_published_at)
    if post.key not in state.imported:
        LoadedRow.objects.create(file=TRACE, key=post.key)
    revision = page.save_revision(user=state.actor)
    log(
        instance=page,
        action=IMPORTED,
        user=state.actor,
        revision=revision,
        content_changed=True,
        data={
            "key": post.key,
            "digest": digest,
            "file": state.file_name,
            "line": row.line,
            "channel": post.channel or "",
        },
    )
    revision.publish(user=state.actor)
    if is_new:
        create_aliases_for_new_page(type(page).objects.get(pk=page.pk))
    if overwritten:
        remarks.append(_("What an editor had written was replaced; the history keeps it."))
    if page.go_live_at:
        remarks.append(_("Its date is to come: it will be published then."))
    result = Result.CREATED if is_new else Result.UPDATED
    return Outcome(row.line, post.slug, result, remarks), page.pk


def _parent(state: _Import, post: Post) -> Page:
    """Return the page under which a post goes.

    It is read again for each post: the tree has grown below it.

    Raises:
        BadRowError: the site has no such list in that language.

    """
    model = DESTINATIONS[post.kind].parent
    key = (model, post.language)
    if key not in state.parents:
        locale = state.locales.get(post.language)
        lists = model.objects.filter(locale=locale, live=True).order_by("depth", "path")
        state.parents[key] = lists.values_list("pk", flat=True).first() if locale else None
    number = state.parents[key]
    if number is None:
        reason = _("The site has no page “%(list)s” in this language to put it under.")
        raise _refusal("kind", reason % {"list": model._meta.verbose_name})
    return cast(Page, model.objects.get(pk=number))


def _page_in_the_way(parent: Page, post: Post) -> Page | None:
    """Return the page that has the address of a post already, if it is one of the same kind.

    Raises:
        BadRowError: the address is another kind of page's.

    """
    found = parent.get_children().filter(slug=post.slug).first()
    if found is None:
        return None
    if found.alias_of_id:
        raise _refusal(
            "slug",
            _(
                "The page of this name in another language has this address here: translate that "
                "page, or choose another name."
            ),
        )
    if not isinstance_of(found, post):
        reason = _("A page of another kind has this address: “%(title)s”.")
        raise _refusal("slug", reason % {"title": found.title})
    return cast(Page, found.specific)


def _fill(state: _Import, page: Any, post: Post) -> list[str]:
    """Write what the post says into the page; return what is to be said of it."""
    destination = DESTINATIONS[post.kind]
    remarks: list[str] = []
    page.title = page.draft_title = post.title
    for name, value in destination.dates(post).items():
        setattr(page, name, value)
    if destination.is_dated_by_publication:
        _date_publication(page, post)
    if post.summary is not None:
        page.summary = post.summary
    if post.body is not None:
        dead: list[str] = []
        blocks = blocks_of_markdown(
            post.body, lambda address: _page_number(address, post.language), dead.append
        )
        page.body = stream_data(f"{page.kind}:{post.slug}", blocks)
        remarks += [
            _("Column body: %(address)s leads nowhere here; its words stay, without a link.")
            % {"address": address[:200]}
            for address in dead
        ]
    if post.engagements is not None:
        page.engagements.set([state.engagements[number] for number in post.engagements])
    if post.sdgs is not None:
        page.sdgs.set([state.sdgs[number] for number in post.sdgs])
    _mark(page, post, destination, state.is_example)
    return remarks


def _date_publication(page: Any, post: Post) -> None:
    moment = at(post.when.day, post.when.time or MORNING)
    is_to_come = moment > timezone.now()
    page.go_live_at = moment if is_to_come else None
    if not is_to_come:
        page.first_published_at = moment


def _mark(page: Any, post: Post, destination: Destination, is_example: bool) -> None:
    """Tag the page, and mark it as an example in the way of its kind."""
    tags = list(post.tags if post.tags is not None else page.tags.names())
    if is_example and destination.example_field:
        setattr(page, destination.example_field, True)
    elif is_example and EXAMPLE_TAG not in tags:
        tags.append(EXAMPLE_TAG)
    page.tags.set(tags)


def _page_number(address: str, language: str) -> int | None:
    """Return the page that an address within the site leads to, found by its path or its name."""
    path = address.partition("#")[0].partition("?")[0].strip("/").removeprefix(f"{language}/")
    if not path or not address.startswith("/") or address.startswith("//"):
        return None
    pages = Page.objects.live().filter(locale__language_code=language, depth__gt=2)
    numbers = pages.order_by("depth", "pk").values_list("pk", flat=True)
    if exact := numbers.filter(url_path__endswith=f"/{path}/").first():
        return exact
    # Other sites arrange the same pages otherwise: the name alone will do when one page has it.
    named = numbers.filter(slug=path.rpartition("/")[2])[:2]
    return named[0] if len(named) == 1 else None


def load_examples(
    *, report: LoadReport, path: Path = EXAMPLES, progress: Progress = lambda done, total: None
) -> None:
    """Publish the example posts of the programme, in one transaction: a load is quicker so."""
    file = read_posts(path, **known_numbers())
    with transaction.atomic():
        done = import_posts(file=file, is_example=True, progress=progress)
    counts = done.counts
    report.created[TRACE] += counts[Result.CREATED] + counts[Result.UPDATED]
    report.kept[TRACE] += counts[Result.UNCHANGED] + counts[Result.LEFT_ALONE]
    for rejected in done.rejected:
        report.reject(path.name, rejected.row.line, rejected.reason)
