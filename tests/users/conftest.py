"""People to test with."""

import pytest

from portal.users.models import User

PASSWORD = "un mot de passe assez long"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def agent(db):
    return User.objects.create_user("agent", "agent@example.org", PASSWORD)
