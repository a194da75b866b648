"""What a version is called by people."""

from typing import Any

from django.utils import translation

from shopops.policies.kinds import kinds
from shopops.policies.models import PolicyVersion


def policy_name(version: PolicyVersion) -> str:
    """Name the policy of a version in the language in use: "Credit score", with its key when it is not the only one.

    A kind that no app registers any more keeps its code.
    """
    if version.kind not in kinds:
        return f"{version.kind}/{version.key}"
    return kinds.get(version.kind).name_of(version.key)


def name_in_all_languages(version: PolicyVersion) -> dict[str, Any]:
    """Name the policy for messages, which are rendered per reader."""
    names = {}
    for name, language in (("en", "en"), ("zh", "zh-hans")):
        with translation.override(language):
            names[name] = policy_name(version)
    return names
