"""Settings of the web server, for `make run` and for deployments: `gunicorn --config python:shopops.webserver`."""

import os
from typing import Any

from gunicorn.glogging import Logger

bind = f"{os.environ.get('WEB_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# Load the application once and fork: a faster start, and the workers share its memory.
preload_app = True
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
# Seconds. Long work belongs to Celery; a request that takes longer than this is stuck.
timeout = 60
graceful_timeout = 10
# A worker's heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
control_socket_disable = True
# In a deployment shopops.logs writes it, as JSON with the request's id.
accesslog = None if os.environ.get("DATABASE_URL") else "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"


class BriefLogger(Logger):
    """Logs without date and process number, which the container runtime adds, and without the health checks."""

    error_fmt = "%(levelname)s gunicorn: %(message)s"

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Log one request."""
        if environ.get("PATH_INFO") != "/healthz":
            super().access(resp, req, environ, request_time)


logger_class = BriefLogger


def when_ready(server: Any) -> None:
    """Load every page's code before the workers are forked, or each loads it at its first request."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
