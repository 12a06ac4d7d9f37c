"""People to test with."""

import pytest

from portal.users.models import User

PASSWORD = "un mot de passe assez long"


@pytest.fixture
def agent(db):
    return User.objects.create_user("agent", "agent@example.org", PASSWORD)
