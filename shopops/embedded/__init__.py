"""PostgreSQL and Valkey that the project brings along, for `make run`, `manage.py` and the tests.

Settings ask this package for addresses; they never start anything. Whoever needs the servers wraps its work in
`running()`: it adopts servers that already run and starts them otherwise. `DATABASE_URL` and `REDIS_URL` name servers
of your own instead. The package imports nothing of Django, so that settings can import it.
"""

from .addresses import celery_broker_url, database_url, redis_url
from .lifetime import running
from .places import EmbeddedError, state_dir
from .secret import local_secret

__all__ = [
    "EmbeddedError",
    "celery_broker_url",
    "database_url",
    "local_secret",
    "redis_url",
    "running",
    "state_dir",
]
