"""Removing accounts: not those that something kept for good refers to."""

import pytest
from django.urls import reverse

from partners.models import Charter, CharterVersion
from portal.users.models import User


@pytest.fixture
def author(db):
    """Someone who wrote a version of a charter."""
    user = User.objects.create_user("author", first_name="Autrice")
    CharterVersion.objects.create(charter=Charter.objects.create(slug="c"), number=1, author=user)
    return user


@pytest.fixture
def admin(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_account_that_is_referred_to_stays_and_its_remover_is_told(admin, author, method):
    response = getattr(admin, method)(
        reverse("wagtailusers_users:delete", args=[author.pk]), follow=True
    )
    assert response.status_code == 200
    assert "Rendez-le inactif" in response.content.decode()
    assert User.objects.filter(pk=author.pk).exists()


def test_other_accounts_are_removed(admin, agent):
    response = admin.post(reverse("wagtailusers_users:delete", args=[agent.pk]), follow=True)
    assert response.status_code == 200
    assert not User.objects.filter(pk=agent.pk).exists()
