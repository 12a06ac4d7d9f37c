"""Changes to people and groups."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
)

from .enums import Role
from .models import AppliedGrant, Collectivity, Place, Service, User

PROGRAMME = Path(__file__).parent / "programme"
DEMO_LAST_NAME = "Démonstration"
# Groups that Wagtail creates and the programme does not use.
STOCK_GROUPS = ("Moderators", "Editors")
# Name of the workflow and of its one step as Wagtail creates them, and as editors read them here.
STOCK_WORKFLOW = {"Moderators approval": "Relecture"}
CREATED = "group"

Report = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Grant:
    """One right of a group; ``key`` names it for ever."""

    key: str
    apply: Callable[[Group], object]


def _read(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load((PROGRAMME / name).read_text("utf-8"))
    return entries


@transaction.atomic
def note_closed_accounts(*, at: dt.datetime) -> None:
    """Note since when accounts are closed, however that was done; forget it of those in use again."""
    User.objects.filter(is_active=False, closed_at=None).update(closed_at=at)
    User.objects.filter(is_active=True).exclude(closed_at=None).update(closed_at=None)


@transaction.atomic
def load_groups(*, report: Report) -> None:
    """Create the groups and give each right that was never given before.

    To be called again once pages exist, and after a language is added: rights on pages are given
    at the top of each language's tree.
    """
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    _remove_stock_groups()
    for entry in _read("groups.yaml"):
        role = Role[entry["role"]]
        marks = AppliedGrant.objects.filter(role=role.name)
        given = set(marks.values_list("grant", flat=True))
        if CREATED in given:
            group = marks.get(grant=CREATED).group
            if group is None:
                report(f"{role.value}: removed by an administrator, left so")
                continue
        else:
            group, _created = Group.objects.get_or_create(name=role.value)
            AppliedGrant.objects.create(role=role.name, grant=CREATED, group=group)
        for grant in _grants(entry, permissions, report):
            if grant.key not in given:
                grant.apply(group)
                AppliedGrant.objects.create(role=role.name, grant=grant.key, group=group)


def _remove_stock_groups() -> None:
    """Remove Wagtail's example groups, once, unless somebody is in them; name its workflow."""
    _mark, first_time = AppliedGrant.objects.get_or_create(role="", grant="stock groups removed")
    if first_time:
        Group.objects.filter(name__in=STOCK_GROUPS, user=None).delete()
        for stock, name in STOCK_WORKFLOW.items():
            Workflow.objects.filter(name=stock).update(name=name)
            Task.objects.filter(name=stock).update(name=name)


def _grants(
    entry: dict[str, Any], permissions: dict[str, Permission], report: Report
) -> Iterator[Grant]:
    """Return the rights of one entry of the file; those on unknown models are reported."""

    def found(name: str) -> Permission | None:
        permission = permissions.get(name)
        if permission is None:
            report(f"{entry['role']}: no permission called {name}")
        return permission

    names = [
        f"{model.split('.')[0]}.{action}_{model.split('.')[1]}"
        for model, actions in entry.get("permissions", {}).items()
        for action in actions
    ]
    if entry.get("admin"):
        names.append("wagtailadmin.access_admin")
    for name in names:
        if permission := found(name):
            yield Grant(name, lambda group, p=permission: group.permissions.add(p))  # type: ignore[misc]

    for page in Page.objects.filter(depth=2):
        for action in entry.get("pages", []):
            if permission := found(f"wagtailcore.{action}_page"):
                yield Grant(
                    f"page:{page.pk}:{action}",
                    lambda group, page=page, p=permission: (  # type: ignore[misc]
                        GroupPagePermission.objects.get_or_create(
                            group=group, page=page, permission=p
                        )
                    ),
                )

    root = Collection.get_first_root_node()
    for model, actions in entry.get("collections", {}).items():
        app_label, model_name = model.split(".")
        for action in actions:
            if permission := found(f"{app_label}.{action}_{model_name}"):
                yield Grant(
                    f"collection:{model}:{action}",
                    lambda group, p=permission: (  # type: ignore[misc]
                        GroupCollectionPermission.objects.get_or_create(
                            group=group, collection=root, permission=p
                        )
                    ),
                )

    if entry.get("approves"):
        for task in GroupApprovalTask.objects.filter(active=True):
            yield Grant(f"approves:{task.pk}", task.groups.add)


def read_demo_accounts() -> list[dict[str, Any]]:
    """Return the demonstration accounts: user name, first name, roles."""
    return _read("demo_accounts.yaml")


@transaction.atomic
def create_demo_accounts(*, password: str) -> None:
    """Create the demonstration accounts; those that exist only get ``password`` back.

    Raises:
        ImproperlyConfigured: this is a production portal, or the password is empty.

    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Demonstration accounts never exist in production.")
    if not password:
        raise ImproperlyConfigured("Demonstration accounts need a password.")
    for entry in read_demo_accounts():
        user, created = User.objects.get_or_create(
            username=entry["username"],
            defaults={
                "first_name": entry["first_name"],
                "last_name": DEMO_LAST_NAME,
                "email": f"{entry['username']}@demonstration.invalid",
                "is_superuser": entry.get("superuser", False),
                "category": entry.get("category", ""),
                "service": Service.objects.filter(slug=entry.get("service")).first(),
                "collectivity": Collectivity.objects.filter(slug=entry.get("collectivity")).first(),
                "place": Place.objects.filter(slug=entry.get("place")).first(),
            },
        )
        if created:
            names = [Role[role].value for role in entry["roles"]]
            user.groups.set(Group.objects.filter(name__in=names))
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
