"""Why an item waits, in both languages."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation


@dataclass(frozen=True)
class Reason:
    """A reason to look. `words` is a lazy translation (said in every language when it is stored) or words by language.

    `detail` holds what the words do not say and must be JSON-able.
    """

    code: str
    words: object
    detail: dict[str, Any] = field(default_factory=dict)

    def by_language(self) -> dict[str, str]:
        """The words in every language of the settings."""
        if isinstance(self.words, dict):
            return {str(language): str(text) for language, text in self.words.items()}
        said = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                said[language] = str(self.words)
        return said
