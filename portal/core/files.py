"""Uploaded files: each is as visible as the pages that use it.

A file has an owner (image, document, film), found by the file's name. A reader may have it when a
live page that they may read refers to the owner, when a fact does (a published one, for signed-in
readers), or when they work with the owner in the editing area. Otherwise it does not exist.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail.users.models import UserProfile
from wagtailmedia.models import get_media_model
from whitenoise.middleware import WhiteNoiseFileResponse
from whitenoise.responders import (
    MissingFileError,
    NotARegularFileError,
    Response,
    SlicedFile,
    StaticFile,
)

from .privacy import leave_no_trace
from .visibility import Reader, closed_paths, group_ids

# What a browser may show by itself. Anything else (a page, a drawing with scripts) is downloaded.
INLINE_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "vtt": "text/vtt; charset=utf-8",
    "webm": "video/webm",
    "webp": "image/webp",
}
SAFE_NAME = re.compile(r"[\w./-]{1,255}")
EDITING = ("change", "choose", "delete", "add")


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a reader may have a file, and whether that leaves a trace."""

    allowed: bool
    leaves_no_trace: bool = False


def find_owner(name: str) -> Model | None:
    """Return what the stored file ``name`` belongs to, if anything (one query)."""
    if not SAFE_NAME.fullmatch(name) or ".." in name:
        return None
    folder, slash, _rest = name.partition("/")
    find = _FINDERS.get(folder) if slash else None
    return find(name) if find else None


def _rendition_owner(name: str) -> Model | None:
    renditions = get_image_model().get_rendition_model().objects
    rendition = renditions.filter(file=name).select_related("image__collection").first()
    return rendition.image if rendition else None


def _image(name: str) -> Model | None:
    image: Model | None = (
        get_image_model().objects.filter(file=name).select_related("collection").first()
    )
    return image


def _document(name: str) -> Model | None:
    document: Model | None = (
        get_document_model().objects.filter(file=name).select_related("collection").first()
    )
    return document


def _media(name: str) -> Model | None:
    media: Model | None = (
        get_media_model()
        .objects.filter(Q(file=name) | Q(fallback_file=name) | Q(thumbnail=name))
        .select_related("collection")
        .first()
    )
    return media


def _avatar(name: str) -> Model | None:
    return UserProfile.objects.filter(avatar=name).first()


# By the folder of the stored file.
_FINDERS: dict[str, Callable[[str], Model | None]] = {
    "images": _rendition_owner,
    "original_images": _image,
    "documents": _document,
    "media": _media,
    "media_thumbnails": _media,
    "avatar_images": _avatar,
}


def file_access(user: Reader, owner: Model) -> Access:
    """Say whether ``user`` may have the files of ``owner``."""
    if isinstance(owner, UserProfile):
        return Access(allowed=user.is_authenticated)
    if not _collection_admits(user, owner):
        return Access(allowed=_may_work_with(user, owner))
    pages, facts = _references(owner)
    access = _page_access(user, pages)
    if access.allowed:
        return access
    return Access(allowed=_facts_admit(user, facts) or _may_work_with(user, owner))


def _collection_admits(user: Reader, owner: Any) -> bool:
    """Say whether the privacy of the owner's collection lets ``user`` in."""
    if user.is_superuser:
        return True
    rows = CollectionViewRestriction.objects.values_list(
        "pk", "collection__path", "restriction_type", "groups"
    )
    admitted: dict[int, bool] = {}
    for pk, path, kind, group_id in rows:
        if not owner.collection.path.startswith(path):
            continue
        if kind == CollectionViewRestriction.GROUPS:
            admits = group_id is not None and group_id in group_ids(user)
        else:
            admits = kind == CollectionViewRestriction.LOGIN and user.is_authenticated
        admitted[pk] = admitted.get(pk, False) or admits
    return all(admitted.values())


def _references(owner: Model) -> tuple[list[str], dict[ContentType, list[str]]]:
    """Return the ids of the pages that refer to ``owner``, and those of the facts by type."""
    base = type(owner)._meta.get_parent_list()[-1] if type(owner)._meta.get_parent_list() else owner
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(base, for_concrete_model=False),
        to_object_id=str(owner.pk),
    ).values_list("base_content_type", "object_id")
    pages: list[str] = []
    facts: dict[ContentType, list[str]] = {}
    for type_id, object_id in rows.distinct():
        content_type = ContentType.objects.get_for_id(type_id)
        model = content_type.model_class()
        if model is Page:
            pages.append(object_id)
        elif model in get_snippet_models():
            facts.setdefault(content_type, []).append(object_id)
    return pages, facts


def _page_access(user: Reader, page_ids: list[str]) -> Access:
    """Say whether one of the pages is live and readable, and whether they are all discreet.

    The index holds what is published: a draft's own files are those of who works on it.
    """
    if not page_ids:
        return Access(allowed=False)
    closed = closed_paths(user)
    by_type: dict[int, list[int]] = {}
    for pk, path, type_id in Page.objects.filter(pk__in=page_ids, live=True).values_list(
        "pk", "path", "content_type_id"
    ):
        if not path.startswith(closed):
            by_type.setdefault(type_id, []).append(pk)
    discreet: list[bool] = []
    for type_id, pks in by_type.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        columns = {field.name for field in model._meta.get_fields()} if model else set()
        if user.is_authenticated and "leaves_no_trace" not in columns:
            discreet += [False] * len(pks)
            continue
        if model is None or "open_to_all" not in columns:
            continue
        rows = model._default_manager.filter(pk__in=pks)
        if not user.is_authenticated:
            rows = rows.filter(open_to_all=True)
        if "leaves_no_trace" in columns:
            discreet += rows.values_list("leaves_no_trace", flat=True)
        else:
            discreet += [False] * rows.count()
    return Access(allowed=bool(discreet), leaves_no_trace=bool(discreet) and all(discreet))


def _facts_admit(user: Reader, facts: dict[ContentType, list[str]]) -> bool:
    """Say whether ``user`` may read one of the facts; those without a rule are every reader's."""
    if not user.is_authenticated:
        return False
    for content_type, pks in facts.items():
        rows: Any = content_type.get_all_objects_for_this_type(pk__in=pks)
        if (rows.visible_to(user) if hasattr(rows, "visible_to") else rows).exists():
            return True
    return False


def _may_work_with(user: Reader, owner: Model) -> bool:
    """Say whether ``user`` may use the owner in the editing area, or has uploaded it."""
    if not user.is_authenticated:
        return False
    if getattr(owner, "uploaded_by_user_id", None) == user.pk:
        return True
    if not user.has_perm("wagtailadmin.access_admin"):
        return False
    policy = policy_registry.get_by_type(type(owner))
    return bool(policy.user_has_any_permission_for_instance(user, EDITING, owner))


class RangedFile(StaticFile):
    """A file that is also given piece by piece, as players ask for films."""

    def get_range_response(
        self, range_header: str, base_headers: list[tuple[str, str]], file_handle: Any
    ) -> Response:
        """Answer with a piece; unlike its parent's, the piece may be one byte long."""
        headers = dict(base_headers)
        size = int(headers.pop("Content-Length"))
        start, end = self.get_byte_range(range_header, size)
        if start > end:
            return self.get_range_not_satisfiable_response(file_handle, size)
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
        headers["Content-Length"] = str(end - start + 1)
        body = SlicedFile(file_handle, start, end) if file_handle else None
        return Response(206, list(headers.items()), body)


def serve_owned_file(
    request: HttpRequest, owner: Model | None, name: str, filename: str
) -> HttpResponseBase:
    """Answer with the stored file ``name`` of ``owner``, if the reader may have it.

    Raises:
        Http404: there is no such file, or not for this reader.

    """
    access = file_access(request.user, owner) if owner is not None else Access(allowed=False)
    if not access.allowed:
        raise Http404("No such file")
    extension = name.rpartition(".")[2].lower()
    shown = extension in INLINE_TYPES
    headers = [
        ("Content-Type", INLINE_TYPES.get(extension, "application/octet-stream")),
        ("Content-Disposition", str(content_disposition_header(not shown, filename))),
        ("Content-Security-Policy", _file_policy(extension, shown=shown)),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "private, max-age=3600"),
        ("Accept-Ranges", "bytes"),
    ]
    try:
        file = RangedFile(default_storage.path(name), headers)
    except (MissingFileError, NotARegularFileError, OSError) as error:
        raise Http404("No such file") from error
    answer = file.get_response(request.method, _request_headers(request, file))
    # Says it is a file that whatever serves the portal may hand over as such.
    response: HttpResponseBase = (
        WhiteNoiseFileResponse(answer.file, status=int(answer.status))
        if answer.file is not None
        else HttpResponse(status=int(answer.status))
    )
    for header, value in answer.headers:
        response[header] = value
    if access.leaves_no_trace:
        leave_no_trace(request, response)
    return response


def _request_headers(request: HttpRequest, file: StaticFile) -> dict[str, Any]:
    """Return the request's headers, without a range that was asked of another version."""
    headers = dict(request.META)
    condition = headers.get("HTTP_IF_RANGE")
    if condition and condition not in (file.etag, dict(file.alternatives[0][2])["Last-Modified"]):
        headers.pop("HTTP_RANGE", None)
    return headers


def _file_policy(extension: str, *, shown: bool) -> str:
    if extension == "pdf":  # a sandbox stops the browsers' own readers
        return "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return "default-src 'none'; frame-ancestors 'self'" + ("" if shown else "; sandbox")
