"""Vocabulary of people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Statutory category of an agent."""

    A = "A", _("Category A")
    B = "B", _("Category B")
    C = "C", _("Category C")
    TEMPORARY = "temporary", _("Temporary agent")


class Role(models.TextChoices):
    """The groups that the portal knows; the value is the group's name in the database."""

    AGENTS = "Agents", _("Agents")
    PARTNERS = "Partenaires mét’ODD", _("mét’ODD partners")
    COMMUNICATION = "Communication", _("Communication")
    RSO_UNIT = "Cellule RSO", _("RSO unit")
    CHARTER_REFERENTS = "Référents de la charte", _("Charter referents")
    INDICATOR_OWNERS = "Référents indicateurs", _("Indicator owners")
    TECHNICAL = "Administration technique", _("Technical administration")


class Authentication(models.TextChoices):
    """How a person who is already signed in has just proved who they are."""

    PASSWORD = "password", _("Password")
    EMAILED_CODE = "emailed_code", _("Code received by e-mail")
    PAPER = "paper", _("Signed on paper before a referent")
