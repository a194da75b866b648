"""Words of changes in templates."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.translation import get_language

from merchants.changes import fields

register = template.Library()


@register.filter
def field_names(names: Iterable[str], documents: Iterable[Mapping[str, str]] = ()) -> str:
    """The names of fields and of documents ({"en", "zh"}) in the reader's language, as a list in a sentence."""
    is_chinese = (get_language() or "").startswith("zh")
    words = [fields.label(name) for name in names]
    words += [str(each["zh" if is_chinese else "en"]) for each in documents]
    return ("、" if is_chinese else ", ").join(words)
