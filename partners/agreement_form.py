"""The form in which an agreement is drafted: terms, parties, words; it works without a script.

Parties and articles are rows (``partners.rows``).
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from partners.enums import OrganisationKind, SigningOrder
from partners.models import Agreement, Organisation
from partners.rows import Kind, typed_rows
from partners.services.agreement_drafting import AgreementWords
from partners.services.agreements import PartyWords, Signatory, Terms
from partners.services.charters import CharterWords

MOST_ARTICLES = 60
MOST_PARTIES = 20
FRENCH, ENGLISH = "fr", "en"
LANGUAGE_CODES = (FRENCH, ENGLISH)


def free_slug(model: Any, name: str) -> str:
    """Return a slug made of a name, that no row of a model has."""
    stem = slugify(name)[:50].strip("-") or model._meta.model_name
    slug, number = stem, 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


class AgreementForm(WagtailAdminModelForm):
    """What an agreement is called; its slug, part of what is signed, is made once of its name."""

    def save(self, commit: bool = True) -> Any:
        """Make the slug of a new agreement."""
        if not self.instance.slug:
            self.instance.slug = free_slug(Agreement, self.instance.name_fr)
        return super().save(commit)


def _line(label: Any, *, language: str = "", required: bool = True, **options: Any) -> Any:
    attrs = {"lang": language} if language else {}
    return forms.CharField(
        label=label, required=required, widget=forms.TextInput(attrs=attrs), **options
    )


def _lines(label: Any, *, language: str, rows: int, required: bool = False, **options: Any) -> Any:
    widget = forms.Textarea(attrs={"lang": language, "rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, **options)


def _day(label: Any, **options: Any) -> Any:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


class WordsForm(forms.Form):
    """The terms of an agreement, and its words but for its articles."""

    starts_on = _day(_("In force from"))
    ends_on = _day(_("End of the first term"), required=False, help_text=_("Empty: no term"))
    is_tacit = forms.BooleanField(
        label=_("Renewed tacitly each calendar year"), required=False, initial=False
    )
    notice_months = forms.IntegerField(
        label=_("Months of notice"), min_value=0, max_value=24, initial=3
    )
    signing_order = forms.ChoiceField(
        label=_("Order of signatures"),
        choices=SigningOrder.choices,
        initial=SigningOrder.PARALLEL,
        widget=forms.RadioSelect,
    )
    title_fr = _line(_("Title in French"), language=FRENCH, max_length=200)
    title_en = _line(_("Title in English"), language=ENGLISH, max_length=200, required=False)
    preamble_fr = _lines(_("Preamble in French"), language=FRENCH, rows=6)
    preamble_en = _lines(_("Preamble in English"), language=ENGLISH, rows=6)
    status_note_fr = _lines(
        _("Note for readers, in French"),
        language=FRENCH,
        rows=2,
        help_text=_("Shown with the text, and not part of what is signed"),
    )
    status_note_en = _lines(_("Note for readers, in English"), language=ENGLISH, rows=2)

    terms = ("starts_on", "ends_on", "is_tacit", "notice_months")

    def clean(self) -> dict[str, Any]:
        """Refuse terms that do not hold together."""
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("An agreement ends after it starts."))
        if cleaned.get("is_tacit") and not ends_on and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Only an agreement with a term is renewed."))
        return cleaned


class PartyForm(forms.Form):
    """An organisation, the function of who signs for it, and who that is, if it is known."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.order_by("name_fr"),
        required=False,
        empty_label=_("– choose, or type a new one below –"),
        widget=forms.Select(attrs={"class": "w-w-full"}),
    )
    new_name_fr = _line(
        _("New organisation: name in French"), language=FRENCH, max_length=200, required=False
    )
    new_name_en = _line(
        _("New organisation: name in English"),
        language=ENGLISH,
        max_length=200,
        required=False,
        help_text=_("Empty: the same name"),
    )
    new_kind = forms.ChoiceField(
        label=_("New organisation: kind"),
        choices=[("", "–"), *OrganisationKind.choices],
        required=False,
        widget=forms.Select(attrs={"class": "w-w-full"}),
    )
    function_fr = _line(_("Function of the signatory, in French"), language=FRENCH, max_length=120)
    function_en = _line(
        _("Function of the signatory, in English"),
        language=ENGLISH,
        max_length=120,
        required=False,
        help_text=_("Empty: the same words"),
    )
    name = _line(
        _("Name of the signatory"),
        max_length=150,
        required=False,
        help_text=_("If you know it; only who is invited sees it, and it is not part of the text"),
    )
    email = forms.EmailField(label=_("E-mail address of the signatory"), required=False)
    language = forms.ChoiceField(
        label=_("Language to write in"),
        choices=settings.LANGUAGES,
        initial=FRENCH,
        required=False,
    )

    NEW = ("new_name_fr", "new_name_en", "new_kind")

    def __init__(
        self, *args: Any, may_add: bool, choices: list[tuple[Any, str]], **kwargs: Any
    ) -> None:
        """Offer organisations that were read once for all rows; a new one, to who may add it."""
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.widget.choices = [("", organisation.empty_label), *choices]
        if not may_add:
            for name in self.NEW:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Find the organisation, or make the new one; ask for the whole of the signatory, or nothing."""
        cleaned = super().clean() or {}
        if not self.has_error("organisation"):
            self._clean_organisation(cleaned)
        name, email = cleaned.get("name"), cleaned.get("email")
        if name and not email and not self.has_error("email"):
            self.add_error("email", _("Type the address of this person, or leave the name empty."))
        if email and not name and not self.has_error("name"):
            self.add_error("name", _("Type the name of this person, or leave the address empty."))
        return cleaned

    def _clean_organisation(self, cleaned: dict[str, Any]) -> None:
        chosen, name = cleaned.get("organisation"), cleaned.get("new_name_fr")
        if chosen is not None:
            if name:
                self.add_error("new_name_fr", _("You chose an organisation: leave this empty."))
            return
        if not name:
            if not self.has_error("new_name_fr"):
                self.add_error(
                    "organisation",
                    _("Choose an organisation in the list, or type the name of a new one.")
                    if "new_name_fr" in self.fields
                    else _("Choose an organisation."),
                )
            return
        known = Organisation.objects.filter(name_fr__iexact=name).exists()
        if known:
            self.add_error("new_name_fr", _("This organisation exists: choose it in the list."))
        if not cleaned.get("new_kind"):
            self.add_error("new_kind", _("Choose what sort of body it is."))
        cleaned["organisation"] = Organisation(
            slug=free_slug(Organisation, name),
            name_fr=name,
            name_en=cleaned.get("new_name_en") or name,
            kind=cleaned.get("new_kind") or "",
        )

    def words(self) -> PartyWords:
        """Return what was typed."""
        given = self.cleaned_data
        signatory = Signatory(given["name"], given["email"], given["language"] or FRENCH)
        return PartyWords(
            given["organisation"],
            given["function_fr"],
            given["function_en"] or given["function_fr"],
            signatory if given["name"] else None,
        )


class ArticleForm(forms.Form):
    """One article; its number is its place."""

    title_fr = _line(_("Title in French"), language=FRENCH, max_length=200)
    title_en = _line(_("Title in English"), language=ENGLISH, max_length=200, required=False)
    body_fr = _lines(
        _("Text in French"),
        language=FRENCH,
        rows=5,
        required=True,
        help_text=_("An empty line begins a paragraph"),
    )
    body_en = _lines(_("Text in English"), language=ENGLISH, rows=5)


PartyForms = forms.formset_factory(
    PartyForm, extra=0, min_num=2, max_num=MOST_PARTIES, absolute_max=MOST_PARTIES
)
ArticleForms = forms.formset_factory(
    ArticleForm, extra=0, min_num=1, max_num=MOST_ARTICLES, absolute_max=MOST_ARTICLES
)
KINDS = {
    "parties": Kind(PartyForm, MOST_PARTIES),
    "articles": Kind(ArticleForm, MOST_ARTICLES),
}


class DraftForms:
    """All that is typed of a draft: words and terms, parties, articles."""

    def __init__(
        self, data: Any = None, *, initial: Mapping[str, Any] | None = None, may_add: bool
    ) -> None:
        held = initial or {}
        self.words = WordsForm(data, initial=held.get("words"))
        self.parties = PartyForms(
            data,
            initial=held.get("parties"),
            prefix="parties",
            form_kwargs={
                "may_add": may_add,
                "choices": [(one.pk, one.name) for one in Organisation.objects.order_by("name_fr")],
            },
        )
        self.articles = ArticleForms(data, initial=held.get("articles"), prefix="articles")

    @classmethod
    def of(
        cls, words: AgreementWords | None, *, is_next: bool = False, may_add: bool
    ) -> "DraftForms":
        """Return the forms that hold what a draft says; the next version has days of its own."""
        held = _held(words) if words else {}
        if is_next:
            held["words"] |= {"starts_on": None, "ends_on": None}
        return cls(initial=held, may_add=may_add)

    @classmethod
    def rearranged(cls, data: Any, act: str, *, may_add: bool) -> "DraftForms":
        """Return the forms with what was typed, a row added, removed or moved; nothing is checked.

        Args:
            data: what was typed.
            act: see ``partners.rows``.
            may_add: whether a new organisation may be typed.

        """
        rows = typed_rows(data, act, KINDS)
        typed = {name: data.get(name, "") for name in WordsForm.base_fields}
        return cls(initial={"words": typed, **rows}, may_add=may_add)

    def is_valid(self) -> bool:
        """Check all of it, so that each error stands beside its field."""
        parts = [self.words.is_valid(), self.parties.is_valid(), self.articles.is_valid()]
        self._check_english()
        self._check_distinct()
        return all(parts) and not self.error_count

    @property
    def error_count(self) -> int:
        """How many fields are to be mended."""
        every = [self.words, *self.parties.forms, *self.articles.forms]
        return sum(len(form.errors) for form in every)

    def said(self) -> AgreementWords:
        """Return what was typed."""
        given = self.words.cleaned_data
        languages = LANGUAGE_CODES if self._has_english() else (FRENCH,)
        return AgreementWords(
            terms=Terms(**{name: given[name] for name in WordsForm.terms}),
            parties=tuple(form.words() for form in self.parties.forms),
            texts={code: self._text(code) for code in languages},
            signing_order=SigningOrder(given["signing_order"]),
        )

    def _text(self, code: str) -> CharterWords:
        given = self.words.cleaned_data
        return CharterWords(
            title=given[f"title_{code}"],
            preamble=_plain_lines(given[f"preamble_{code}"]),
            status_note=_plain_lines(given[f"status_note_{code}"]),
            articles=[
                {
                    "number": number,
                    "title": form.cleaned_data[f"title_{code}"],
                    "body": _plain_lines(form.cleaned_data[f"body_{code}"]),
                }
                for number, form in enumerate(self.articles.forms, start=1)
            ],
        )

    def _has_english(self) -> bool:
        return any(
            form.cleaned_data.get(name)
            for form in (self.words, *self.articles.forms)
            for name in form.fields
            if name.endswith("_en")
        )

    def _check_english(self) -> None:
        """Ask for the whole text in English as soon as some of it is typed."""
        if not self._has_english():
            return
        needed: list[tuple[forms.Form, str]] = [(self.words, "title")]
        needed += [(form, name) for form in self.articles.forms for name in ("title", "body")]
        if self.words.cleaned_data.get("preamble_fr"):
            needed.append((self.words, "preamble"))
        for form, name in needed:
            field = f"{name}_en"
            if not form.cleaned_data.get(field) and not form.has_error(field):
                form.add_error(
                    field, _("Some of the text is in English: type this too, or empty all of it.")
                )

    def _check_distinct(self) -> None:
        taken: set[str] = set()
        for form in self.parties.forms:
            organisation = form.cleaned_data.get("organisation")
            if organisation is None:
                continue
            key = organisation.slug
            if key in taken:
                field = "organisation" if organisation.pk else "new_name_fr"
                form.add_error(field, _("An organisation is a party once."))
            taken.add(key)


def _held(words: AgreementWords) -> dict[str, Any]:
    """Return what the forms hold of a draft."""
    texts = {code: words.texts[code] for code in LANGUAGE_CODES if code in words.texts}
    first: dict[str, Any] = {"signing_order": words.signing_order.value}
    for name in WordsForm.terms:
        first[name] = getattr(words.terms, name)
    for code, text in texts.items():
        for name in ("title", "preamble", "status_note"):
            first[f"{name}_{code}"] = getattr(text, name)
    count = max((len(text.articles) for text in texts.values()), default=0)
    return {
        "words": first,
        "parties": [_held_party(party) for party in words.parties],
        "articles": [
            {
                f"{name}_{code}": text.articles[place][name]
                for code, text in texts.items()
                for name in ("title", "body")
            }
            for place in range(count)
        ],
    }


def _held_party(party: PartyWords) -> dict[str, Any]:
    person = party.signatory
    return {
        "organisation": party.organisation.pk,
        "function_fr": party.function_fr,
        "function_en": "" if party.function_en == party.function_fr else party.function_en,
        "name": person.name if person else "",
        "email": person.email if person else "",
        "language": person.language if person else FRENCH,
    }


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
