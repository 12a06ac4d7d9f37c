"""Forms of the Wagtail admin."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from engagements.enums import MeasureStatus
from engagements.permissions import can_change_measure

# Changing one of these changes what readers are told: the validation no longer holds.
TELLING_FIELDS = frozenset(
    {
        "indicator",
        "key_figure",
        "operator",
        "value",
        "value_max",
        "period_start",
        "period_end",
        "period_precision",
        "nature",
        "kind",
        "perimeter_fr",
        "source",
    }
)


class MeasureForm(WagtailAdminModelForm):
    """The form of a measure, whose status only the life cycle changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("value", "value_max"):
            field = self.fields[name]
            field.localize, field.widget = True, forms.TextInput(attrs={"inputmode": "decimal"})
            field.widget.is_localized = True
            if (number := self.initial.get(name)) is not None:
                self.initial[name] = Decimal(format(number.normalize(), "f"))

    @property
    def loses_validation(self) -> bool:
        """Whether what was validated is being changed."""
        return self.instance.status == MeasureStatus.VALIDATED and bool(
            TELLING_FIELDS & set(self.changed_data)
        )

    def clean(self) -> dict[str, Any]:
        """Keep those who answer for indicators to their own."""
        cleaned: dict[str, Any] = super().clean()
        self.instance.indicator = cleaned.get("indicator")
        self.instance.key_figure = cleaned.get("key_figure")
        if self.instance.subject and not can_change_measure(self.for_user, self.instance):
            message = _("You may enter values only for the figures that your service supplies.")
            raise ValidationError({NON_FIELD_ERRORS: [message]})
        if self.instance.is_live and {"codes", *TELLING_FIELDS} & set(self.changed_data):
            message = _(
                "The portal counts this value by itself: only its display and its notes may change."
            )
            raise ValidationError({NON_FIELD_ERRORS: [message]})
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Put a changed value back among those to be confirmed: nobody has validated it yet."""
        if self.loses_validation:
            self.instance.status = MeasureStatus.TO_CONFIRM
            self.instance.validated_by = None
            self.instance.validated_at = None
        return super().save(commit)
