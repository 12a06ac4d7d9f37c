"""Signs a charter many times over, and says how long it took; run by ``make bench``.

Run it as ``python -m tests.bench.signatures NUMBER RECEIPTS`` with the settings of this folder, on a
portal that ``manage.py prepare`` has made. Each signature is of a person made for it, and goes through
the service that the page calls, without the password, whose slowness is meant. The last line is JSON:
milliseconds of each signature and of each receipt, seconds to verify everything.
"""

import json
import sys
import time
import uuid

import django


def main(number: int, receipts: int) -> None:
    """Sign ``number`` times, make ``receipts`` of the receipts, verify all; print the times."""
    from django.utils import timezone

    from partners.models import CharterText
    from partners.services import issue_receipt, sign
    from partners.verification import check_everything
    from portal.users.enums import Authentication
    from portal.users.models import User

    run = uuid.uuid4().hex[:8]
    people = User.objects.bulk_create(
        User(username=f"{run}-{index}", email=f"{run}-{index}@example.org")
        for index in range(number)
    )
    text = CharterText.objects.select_related("version__charter").get(
        version__charter__slug="partenaires", version__number=1, language="fr"
    )
    signing, sealing, signatures = [], [], []
    for person in people:
        began = time.perf_counter()
        signatures.append(
            sign(
                person=person,
                text=text,
                authenticated_by=Authentication.PASSWORD,
                statement="Je la signe librement.",
                address="192.0.2.7",
                browser="bench",
                at=timezone.now(),
            )
        )
        signing.append((time.perf_counter() - began) * 1000)
    for signature in signatures[:receipts]:
        began = time.perf_counter()
        if not issue_receipt(signature=signature, at=timezone.now()):
            break
        sealing.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    problems = sum(1 for _problem in check_everything())
    said = {
        "signing": signing,
        "sealing": sealing,
        "verifying": time.perf_counter() - began,
        "problems": problems,
    }
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
