"""What outside reviewers may ask of the API."""

from django.utils.translation import gettext_lazy as _

from shopops.api.scopes import Scope

REVIEWS_READ = Scope(
    "reviews:read", _("Read the applications that one's opinion is asked for"), "screening.give_opinion", outside=True
)
REVIEWS_WRITE = Scope(
    "reviews:write", _("Give the opinions that one is asked for"), "screening.give_opinion", outside=True
)
SCOPES = (REVIEWS_READ, REVIEWS_WRITE)
