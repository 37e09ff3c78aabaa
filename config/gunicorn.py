"""How gunicorn serves the portal: `python -m gunicorn -c config/gunicorn.py config.wsgi`."""

import gc
import os

workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 6
keepalive = 5
control_socket_disable = True
errorlog = "-"
loglevel = "warning"


def when_ready(server):
    """What is loaded stays: the collector need not look at it again, and forked workers share its pages.

    A database connection opened while loading must not be shared by them.
    """
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()


def post_fork(server, worker):
    from apps.health.lifeline import die_with_parent

    die_with_parent(server.pid)
