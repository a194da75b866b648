"""Who gets a message by which channel and when: one statement for one recipient or a million.

Both `notify` and `notify_many` end here, so that preferences, quiet hours and digests mean the same on both paths. The
message centre gets every message; whoever is told there for the first time gets the other channels in one go.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from shopops.notifications.kinds import MessageKind
from shopops.notifications.models import Message

_COLUMNS = """
    (message_id, recipient_id, merchant_id, channel, address, language, state, reason, attempts, created_at, due_at,
     sent_at, error)"""

#: Who is named twice is told once. People who may no longer sign in are left out. Language: the person's own, else the
#: marketplace's. An in-app delivery is delivered by being written.
_IN_APP = f"""
    INSERT INTO notifications_delivery {_COLUMNS}
    SELECT %(message)s, person.id, chosen.merchant_id, 'in_app', '',
           COALESCE(NULLIF(person.language, ''), %(language)s), 'sent', '', 0, %(now)s, %(now)s, %(now)s, ''
      FROM ({{chosen}}) AS chosen (user_id, merchant_id)
      JOIN accounts_user AS person ON person.id = chosen.user_id AND person.is_active
    ON CONFLICT (message_id, recipient_id, channel) DO NOTHING
"""  # noqa: S608 constants

#: When somebody's quiet hours end, if it is quiet now, else null; and the next hour of their digest. Needs `local.at`.
QUIET_UNTIL = """
    CASE WHEN preferred.quiet_from < preferred.quiet_to
              AND local.at::time >= preferred.quiet_from AND local.at::time < preferred.quiet_to
         THEN (local.at::date + preferred.quiet_to) AT TIME ZONE preferred.time_zone
         WHEN preferred.quiet_from > preferred.quiet_to AND local.at::time < preferred.quiet_to
         THEN (local.at::date + preferred.quiet_to) AT TIME ZONE preferred.time_zone
         WHEN preferred.quiet_from > preferred.quiet_to AND local.at::time >= preferred.quiet_from
         THEN (local.at::date + 1 + preferred.quiet_to) AT TIME ZONE preferred.time_zone
    END"""
_DIGEST_AT = """
    (local.at::date + make_interval(hours => preferred.digest_hour)
     + CASE WHEN extract(hour FROM local.at) >= preferred.digest_hour THEN interval '1 day' ELSE interval '0' END
    ) AT TIME ZONE preferred.time_zone"""
LOCAL_TIME = "CROSS JOIN LATERAL (SELECT %(now)s AT TIME ZONE preferred.time_zone AS at) AS local"

_EVERYWHERE = f"""
    WITH told AS ({_IN_APP} RETURNING recipient_id, merchant_id, language),
    other AS (
        INSERT INTO notifications_delivery {_COLUMNS}
        SELECT %(message)s, person.id, told.merchant_id, channel.code,
               CASE channel.code WHEN 'email' THEN person.email ELSE '' END, told.language,
               CASE WHEN timing.digest_at IS NULL THEN 'queued' ELSE 'held' END,
               CASE WHEN channel.code = 'chat' THEN 'chosen'
                    WHEN timing.quiet_until IS NOT NULL THEN 'quiet' ELSE '' END,
               0, %(now)s, COALESCE(timing.digest_at, timing.quiet_until, %(now)s), NULL, ''
          FROM told
          JOIN accounts_user AS person ON person.id = told.recipient_id
          LEFT JOIN notifications_preferences AS preferred ON preferred.user_id = person.id
          {LOCAL_TIME}
          CROSS JOIN unnest(%(channels)s::text[]) AS channel (code)
          CROSS JOIN LATERAL (SELECT
              CASE WHEN NOT %(urgent)s THEN {QUIET_UNTIL} END AS quiet_until,
              CASE WHEN %(digest)s AND channel.code = 'email' THEN {_DIGEST_AT} END AS digest_at
          ) AS timing
         WHERE CASE channel.code WHEN 'chat' THEN preferred.chat_url <> ''
                    WHEN 'sms' THEN %(sms)s AND person.phone <> '' ELSE true END
           AND (COALESCE(%(category)s || ':' || channel.code <> ALL (preferred.off), true)
                OR %(owed)s AND channel.code <> 'chat')
        RETURNING 1)
    SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM other)
"""  # noqa: S608 constants


def named(sql: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """Give the positional parameters of SQL that Django wrote names, as the statements here have."""
    names = iter(range(len(values)))
    text = re.sub("%[%s]", lambda found: "%%" if found[0] == "%%" else f"%(chosen{next(names)})s", sql)
    return text, {f"chosen{number}": value for number, value in enumerate(values)}


def enter(kind: MessageKind, message: Message, chosen: str, parameters: dict[str, Any]) -> tuple[int, int]:
    """Write the deliveries; returns how many people were told for the first time, and how many rows wait to leave.

    `chosen` is SQL with columns (user id, merchant id) and named parameters.
    """
    now = timezone.now()
    values = {**parameters, "message": message.pk, "language": settings.LANGUAGE_CODE, "now": now}
    with connection.cursor() as cursor:
        if not kind.leaves:
            cursor.execute(_IN_APP.format(chosen=chosen), values)
            return cursor.rowcount, 0
        values |= _policy(kind)
        cursor.execute(_EVERYWHERE.format(chosen=chosen), values)
        told, others = cursor.fetchone()
        return int(told), int(others)


def _policy(kind: MessageKind) -> dict[str, Any]:
    """What the kind says, as parameters. Who gave us a chat bot hears there too, unless they turned it off."""
    outside = [channel for channel in kind.channels if channel != "in_app"]
    return {
        "channels": outside if "chat" in outside else [*outside, "chat"],
        "urgent": kind.urgent,
        "digest": kind.digest,
        "owed": kind.owed,
        "category": kind.group,
        "sms": bool(settings.SMS_URL),
    }


#: For the next channel of a person: the first of SMS and chat that they have an address for and that was not tried.
_FALL_BACK = f"""
    WITH told AS (
        SELECT delivery.message_id, delivery.recipient_id,
               max(delivery.merchant_id) AS merchant_id, max(delivery.language) AS language,
               array_agg(delivery.channel) AS tried,
               max(COALESCE(delivery.sent_at, delivery.due_at)) AS last_at,
               bool_or(delivery.state = 'read') AS is_read,
               bool_and(delivery.state IN ('failed', 'bounced'))
                   FILTER (WHERE delivery.channel <> 'in_app') AS unreached
          FROM notifications_delivery AS delivery
          JOIN notifications_message AS message ON message.id = delivery.message_id
         WHERE message.kind = %(kind)s AND message.created_at > %(since)s AND message.withdrawn_at IS NULL
         GROUP BY delivery.message_id, delivery.recipient_id)
    INSERT INTO notifications_delivery {_COLUMNS}
    SELECT told.message_id, person.id, told.merchant_id, next.code, '', told.language, 'queued',
           CASE WHEN told.unreached THEN 'unreached' ELSE 'unread' END, 0, %(now)s,
           CASE WHEN %(urgent)s THEN %(now)s ELSE COALESCE({QUIET_UNTIL}, %(now)s) END, NULL, ''
      FROM told
      JOIN accounts_user AS person ON person.id = told.recipient_id AND person.is_active
      LEFT JOIN notifications_preferences AS preferred ON preferred.user_id = person.id
      {LOCAL_TIME}
      CROSS JOIN LATERAL (
          SELECT candidate.code
            FROM (VALUES (1, 'sms', %(sms)s AND person.phone <> ''), (2, 'chat', preferred.chat_url <> ''))
                 AS candidate (place, code, has_address)
           WHERE candidate.has_address AND candidate.code <> ALL (told.tried)
           ORDER BY candidate.place LIMIT 1) AS next
     WHERE NOT told.is_read AND (COALESCE(told.unreached, false) OR told.last_at <= %(now)s - %(after)s)
    ON CONFLICT (message_id, recipient_id, channel) DO NOTHING
"""  # noqa: S608 constants
#: Older messages are left alone: who has not read for so long has heard enough.
FALLBACK_WITHIN = dt.timedelta(days=14)


def fall_back(kind: MessageKind, now: dt.datetime) -> int:
    """Queue the next channel for whoever the earlier ones did not reach; returns how many. Repeating adds nothing."""
    if kind.fallback_after is None:
        return 0
    values: dict[str, Any] = {
        "kind": kind.code,
        "since": now - FALLBACK_WITHIN,
        "now": now,
        "after": kind.fallback_after,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FALL_BACK, {**values, "urgent": kind.urgent, "sms": bool(settings.SMS_URL)})
        return cursor.rowcount
