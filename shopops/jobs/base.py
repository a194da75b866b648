"""The base of every Celery task: ids in, and nothing that changes on its way through the broker."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import celery


class NotPlain(TypeError):
    """An argument would not arrive as it was given; pass its id or its text."""


class PlainTask(celery.Task):
    """Takes what JSON carries unchanged: numbers, texts, truth values, None, lists and dicts of them.

    Celery would bend the rest on its way (tuples become lists, datetimes texts) or fail in the worker only. Here it
    fails where the task is started, also in eager tests, where Celery carries nothing.
    """

    abstract = True

    def apply_async(
        self, args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None, *rest: Any, **options: Any
    ) -> Any:
        ids, named = self._carried(args, kwargs)
        return super().apply_async(ids, named, *rest, **options)

    def apply(
        self, args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None, *rest: Any, **options: Any
    ) -> Any:
        ids, named = self._carried(args, kwargs)
        return super().apply(ids, named, *rest, **options)

    def _carried(
        self, args: Sequence[Any] | None, kwargs: Mapping[str, Any] | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        given = [list(args or ()), dict(kwargs or {})]
        try:
            arrived = json.loads(json.dumps(given))
        except (TypeError, ValueError) as error:
            raise NotPlain(f"{self.name}: {error}. Pass an id or a text.") from error
        if arrived != given:
            raise NotPlain(f"{self.name} would get {arrived!r} for {given!r}. Pass an id or a text.")
        return tuple(args or ()), dict(kwargs or {})
