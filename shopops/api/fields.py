"""Serializers of what callers send: strict, so that a mistake is told and not guessed away."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

#: What a text has to hold: something visible, and no NUL, which the database cannot keep.
TEXT_PATTERN = r"^[^\x00]*[^\s\x00][^\x00]*$"


class TextField(serializers.CharField):
    """Text, and nothing that merely could be written as text."""

    default_error_messages = {"no_text": _("Give a text in quotation marks.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("no_text")
        return super().to_internal_value(data)


class WholeNumberField(serializers.IntegerField):
    """A whole number, not one in quotation marks."""

    default_error_messages = {"no_number": _("Give a whole number without quotation marks.")}

    def to_internal_value(self, data: Any) -> int:
        # JSON has one kind of number: 7.0 is whole.
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("no_number")
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            raise serializers.ValidationError(
                {name: [ErrorDetail(str(_("There is no field of this name.")), "unknown")] for name in sorted(unknown)}
            )
        return super().to_internal_value(data)
