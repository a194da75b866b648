"""What the merchants' own apps put on the timeline. Orders, warnings, complaints and maintenance register theirs."""

from merchants.file.sources import contact, data, onboarding, people, requests, score
from merchants.file.timeline import Source

SOURCES: tuple[Source, ...] = (
    *onboarding.SOURCES,
    *data.SOURCES,
    *requests.SOURCES,
    *people.SOURCES,
    *score.SOURCES,
    *contact.SOURCES,
)
