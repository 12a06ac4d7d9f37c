"""What tests of agreements build on."""

import datetime as dt

from partners.enums import SigningOrder
from partners.models import Agreement, AgreementInvitation, Organisation
from partners.services import draft_agreement, send_for_signature, sign_agreement
from partners.services.agreements import PartyWords, Terms
from partners.services.charters import CharterWords
from partners.services.invitations import Invitee

TERMS = Terms(dt.date(2026, 4, 1), dt.date(2026, 12, 31), is_tacit=True)
STATEMENT = "J’ai lu cette convention et je la signe."


def organisation(number):
    return Organisation.objects.get_or_create(
        slug=f"organisation-{number}",
        defaults={
            "name_fr": f"Association n° {number}",
            "name_en": f"Association no. {number}",
            "kind": "association",
        },
    )[0]


def words():
    def articles(*titles):
        return [
            {"number": number, "title": title, "body": f"{title}.\n\nFin."}
            for number, title in enumerate(titles, start=1)
        ]

    return {
        "fr": CharterWords("La convention", articles("L’objet", "La durée"), "Préambule."),
        "en": CharterWords("The agreement", articles("Purpose", "Term"), "Preamble."),
    }


def draft(actor, *, parties=2, terms=TERMS, order=SigningOrder.PARALLEL, slug="ecoute", texts=None):
    agreement, _new = Agreement.objects.get_or_create(
        slug=slug, defaults={"name_fr": "Cellule d’écoute", "name_en": "Listening cell"}
    )
    return draft_agreement(
        agreement=agreement,
        actor=actor,
        terms=terms,
        parties=[
            PartyWords(organisation(number), f"Présidence {number}", f"Chair {number}")
            for number in range(1, parties + 1)
        ],
        texts=texts or words(),
        signing_order=order,
    )


def people(version):
    return {
        party.number: Invitee(f"Personne {party.number}", f"personne{party.number}@example.org")
        for party in version.parties.all()
    }


def send(version, actor, at):
    return send_for_signature(version=version, actor=actor, people=people(version), at=at)


def invitation(version, number):
    return AgreementInvitation.objects.get(
        party__version=version, party__number=number, ended_at=None
    )


def text(version, language="fr"):
    return version.texts.select_related("version__agreement").get(language=language)


def sign(version, number, at, **given):
    return sign_agreement(
        invitation=given.pop("invitation", None) or invitation(version, number),
        text=text(version),
        statement=STATEMENT,
        address="192.0.2.7",
        browser="Navigateur/1.0",
        at=at,
        **given,
    )
