"""Django's form fields as pages show them: label, hint, control, error, tied together for screen readers."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BoundField
from django.utils.safestring import SafeString

# Controls that are one of several boxes or have a box of their own: no input frame.
_UNFRAMED = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget, forms.SelectDateWidget)
# Django's own height of a textarea, which nobody chose, and ours; a form that asks for another one gets it.
_DJANGO_ROWS, _ROWS = "10", 4


@dataclass(frozen=True)
class Choice:
    """One box of a group."""

    control: SafeString
    label: Any
    id: str


@dataclass(frozen=True)
class FieldView:
    """A bound field as the template writes it. `kind`: plain, check (one box), group (several boxes or controls).

    The elements of hint and error carry the ids that Django refers to: `<auto_id>_helptext`, `<auto_id>_error`.
    """

    kind: str
    field: BoundField
    control: SafeString
    choices: list[Choice]
    is_optional: bool
    label: Any
    chips: bool = False


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, _GROUPS):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


def field_view(
    field: BoundField,
    *,
    mark: bool = True,
    chips: bool = False,
    label: Any = "",
    extra: dict[str, Any] | None = None,
) -> FieldView:
    """Prepare a bound field.

    `mark` adds "(optional)" to fields that are not required; `chips` shows a list of boxes as chips; `label` replaces
    the field's own; `extra` are further attributes of the control.
    """
    widget = field.field.widget
    kind = _kind(widget)
    attributes: dict[str, Any] = dict(extra or {})
    # Third-party forms bring placeholders that repeat the label; labels are always visible here.
    attributes.setdefault("placeholder", False)
    if not isinstance(widget, _UNFRAMED):
        attributes["class"] = " ".join(filter(None, [widget.attrs.get("class"), "input"]))
    if isinstance(widget, forms.Textarea) and str(widget.attrs.get("rows")) == _DJANGO_ROWS:
        attributes.setdefault("rows", _ROWS)
    choices = _choices(field) if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else []
    return FieldView(
        kind=kind,
        field=field,
        control=SafeString("") if choices else field.as_widget(attrs=attributes),
        choices=choices,
        is_optional=mark and not field.field.required and kind != "check",
        label=label or field.label,
        chips=chips,
    )


def _choices(field: BoundField) -> list[Choice]:
    return [Choice(box.tag(), box.choice_label, box.id_for_label) for box in field.subwidgets]


@dataclass(frozen=True)
class ErrorLink:
    """A line of the error summary: which field, what is wrong, where it is."""

    label: str
    message: str
    target: str


def error_links(form: forms.BaseForm) -> list[ErrorLink]:
    """Return every error of a form in the order of its fields, the errors of the whole form first."""
    links = [ErrorLink("", str(error), "") for error in form.non_field_errors()]
    for name, errors in form.errors.items():
        if name == NON_FIELD_ERRORS:
            continue
        field = form[name]
        target = field.id_for_label or field.auto_id or ""
        if _kind(field.field.widget) == "group":
            target = field.auto_id or ""
        links += [ErrorLink(str(field.label), str(error), str(target)) for error in errors]
    return links
