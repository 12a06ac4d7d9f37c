"""Groups as data, and the demonstration accounts."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
)

from portal.users.enums import Role
from portal.users.models import AppliedGrant, Service, User
from portal.users.services import create_demo_accounts, load_groups, read_demo_accounts


@pytest.fixture
def reports(db):
    lines = []
    load_groups(report=lines.append)
    return lines


def group(role):
    return Group.objects.get(name=role.value)


def may(role, permission):
    user = User(username=role.name, is_active=True)
    user.save()
    user.groups.add(group(role))
    allowed = user.has_perm(permission)
    user.delete()
    return allowed


def test_every_right_of_the_file_exists(reports):
    assert reports == []
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (
            "wagtailadmin.access_admin",
            {"COMMUNICATION", "RSO_UNIT", "CHARTER_REFERENTS", "INDICATOR_OWNERS", "TECHNICAL"},
        ),
        ("partners.add_signature", {"RSO_UNIT", "CHARTER_REFERENTS"}),
        ("partners.view_signature", {"RSO_UNIT"}),
        ("partners.view_retentionrun", {"RSO_UNIT", "TECHNICAL"}),
        ("engagements.validate_measure", {"RSO_UNIT"}),
        ("engagements.add_measure", {"RSO_UNIT", "INDICATOR_OWNERS"}),
        ("engagements.change_measure", {"RSO_UNIT", "INDICATOR_OWNERS"}),
        ("engagements.delete_measure", {"RSO_UNIT"}),
        ("wagtail_localize.submit_translation", {"COMMUNICATION", "RSO_UNIT"}),
        ("users.change_user", {"TECHNICAL"}),
        ("auth.change_group", {"TECHNICAL"}),
        ("wagtailcore.change_site", {"TECHNICAL"}),
        ("wagtailcore.change_locale", {"TECHNICAL"}),
        ("wagtailredirects.add_redirect", {"TECHNICAL"}),
    ],
)
def test_who_may_do_what(reports, permission, roles):
    assert {role.name for role in Role if may(role, permission)} == roles


def test_who_publishes(reports):
    page = Page.objects.get(depth=2)
    for role in Role:
        user = User.objects.create(username=role.name)
        user.groups.add(group(role))
        publishes = page.permissions_for_user(user).can_publish()
        assert publishes == (role in (Role.COMMUNICATION, Role.RSO_UNIT)), role
        assert page.permissions_for_user(user).can_edit() == publishes


def test_who_works_with_files(reports):
    rows = GroupCollectionPermission.objects.values_list("group__name", "permission__codename")
    by_group = {}
    for name, codename in rows:
        by_group.setdefault(name, set()).add(codename)
    assert set(by_group) == {Role.COMMUNICATION.value, Role.RSO_UNIT.value}
    for codenames in by_group.values():
        assert {"add_image", "choose_image", "add_document", "choose_document"} <= codenames
        assert {"add_media", "change_media"} <= codenames


def test_who_approves(reports):
    names = {
        name
        for task in GroupApprovalTask.objects.all()
        for name in task.groups.values_list("name", flat=True)
    }
    assert names == {Role.COMMUNICATION.value, Role.RSO_UNIT.value}


def counts():
    return (
        Group.objects.count(),
        AppliedGrant.objects.count(),
        GroupPagePermission.objects.count(),
        GroupCollectionPermission.objects.count(),
        Group.permissions.through.objects.count(),
    )


def test_again_changes_nothing(reports):
    before = counts()
    load_groups(report=reports.append)
    assert counts() == before
    assert reports == []


def test_what_an_administrator_changed_stays(reports):
    communication = group(Role.COMMUNICATION)
    taken = Permission.objects.get(codename="submit_translation")
    given = Permission.objects.get(codename="add_redirect")
    communication.permissions.remove(taken)
    communication.permissions.add(given)
    GroupPagePermission.objects.filter(
        group=communication, permission__codename="publish_page"
    ).delete()
    communication.name = "Direction de la communication"
    communication.save()
    group(Role.PARTNERS).delete()
    before = counts()

    load_groups(report=reports.append)

    assert counts() == before
    communication.refresh_from_db()
    assert taken not in communication.permissions.all()
    assert given in communication.permissions.all()
    assert not Group.objects.filter(name=Role.COMMUNICATION.value).exists()
    assert not Group.objects.filter(name=Role.PARTNERS.value).exists()
    assert len(reports) == 1, "the removed group is told"


def test_a_new_language_gets_its_rights(reports):
    from home.models import HomePage

    english, _created = Locale.objects.get_or_create(language_code="en")
    home = Page.get_first_root_node().add_child(
        instance=HomePage(title="Home", slug="home-en", headline="x", locale=english)
    )
    load_groups(report=reports.append)
    assert GroupPagePermission.objects.filter(
        page=home, group=group(Role.COMMUNICATION), permission__codename="publish_page"
    ).exists()


def test_a_stock_group_in_use_is_kept(db):
    moderators = Group.objects.get(name="Moderators")
    User.objects.create(username="m").groups.add(moderators)
    load_groups(report=print)
    assert Group.objects.filter(name="Moderators").exists()
    assert not Group.objects.filter(name="Editors").exists()


class TestDemoAccounts:
    """The five accounts of a demonstration."""

    def test_they_are_nobody(self, reports):
        Service.objects.create(slug="communication", name_fr="Communication", name_en="C")
        create_demo_accounts(password="secret")
        assert set(User.objects.values_list("username", flat=True)) == {
            "agent",
            "partner",
            "comms",
            "rso",
            "admin",
        }
        for user in User.objects.all():
            assert user.last_name == "Démonstration"
            assert user.email.endswith(".invalid")
            assert user.check_password("secret")
            assert user.is_superuser == (user.username == "admin")
        comms = User.objects.get(username="comms")
        assert comms.service.slug == "communication"
        assert set(comms.groups.values_list("name", flat=True)) == {
            Role.AGENTS.value,
            Role.COMMUNICATION.value,
        }

    def test_again_keeps_what_was_changed_but_the_password(self, reports):
        create_demo_accounts(password="first")
        User.objects.filter(username="agent").update(first_name="Autre", phone="12")
        User.objects.get(username="agent").groups.clear()
        create_demo_accounts(password="second")
        agent = User.objects.get(username="agent")
        assert (agent.first_name, agent.phone, agent.groups.count()) == ("Autre", "12", 0)
        assert agent.check_password("second")

    def test_never_in_production(self, db, settings):
        settings.PRODUCTION = True
        with pytest.raises(ImproperlyConfigured):
            create_demo_accounts(password="x")
        assert not User.objects.exists()

    def test_never_without_a_password(self, db):
        with pytest.raises(ImproperlyConfigured):
            create_demo_accounts(password="")

    def test_their_services_and_places_are_in_the_programme(self):
        import csv
        from pathlib import Path

        folder = Path("portal/users/programme")

        def slugs(name, column="slug"):
            with (folder / name).open(encoding="utf-8") as file:
                return {row[column] for row in csv.DictReader(file)}

        for entry in read_demo_accounts():
            assert entry["service"] in slugs("services.csv")
            assert entry.get("place", "heudelet") in slugs("places.csv")
            assert entry["collectivity"] in slugs("collectivities.csv", "code")


class TestUserForms:
    """Users in the editing area."""

    @pytest.fixture
    def technician(self, reports):
        user = User.objects.create(username="tech")
        user.groups.add(group(Role.TECHNICAL))
        return user

    def fields(self, **changes):
        return {
            "username": "nouvelle",
            "email": "n@example.org",
            "first_name": "N",
            "last_name": "N",
            "password1": "un mot de passe assez long",
            "password2": "un mot de passe assez long",
            **changes,
        }

    def test_the_portals_fields(self, client, technician):
        service = Service.objects.create(slug="s", name_fr="S", name_en="S")
        client.force_login(technician)
        address = reverse("wagtailusers_users:add")
        page = client.get(address).content.decode()
        for name in ("service", "collectivity", "place", "category", "phone"):
            assert f'name="{name}"' in page
        data = self.fields(service=service.pk, category="C", phone="03 80 00 00 00")
        assert client.post(address, data).status_code == 302
        user = User.objects.get(username="nouvelle")
        assert (user.service, user.category, user.phone) == (service, "C", "03 80 00 00 00")

    def test_a_technician_makes_no_administrator(self, client, technician):
        client.force_login(technician)
        data = self.fields(is_superuser="on")
        client.post(reverse("wagtailusers_users:add"), data)
        user = User.objects.get(username="nouvelle")
        assert not user.is_superuser
        data = {**data, "is_active": "on"}
        address = reverse("wagtailusers_users:edit", args=[user.pk])
        assert client.post(address, data).status_code == 302
        user.refresh_from_db()
        assert not user.is_superuser

    def test_a_technician_takes_no_administrators_account(self, client, technician):
        chief = User.objects.create_superuser("chief", "c@example.org", "x")
        client.force_login(technician)
        address = reverse("wagtailusers_users:edit", args=[chief.pk])
        client.get(address)
        client.post(address, self.fields(username="chief", is_active="on"))
        chief.refresh_from_db()
        assert chief.check_password("x")
        assert chief.is_superuser

    def test_an_administrator_makes_another(self, client, reports):
        client.force_login(User.objects.create_superuser("chief", "c@example.org", "x"))
        client.post(reverse("wagtailusers_users:add"), self.fields(is_superuser="on"))
        assert User.objects.get(username="nouvelle").is_superuser
