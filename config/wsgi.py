import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

import kombu.transport.redis  # noqa: E402, F401 (0.8 s that the first letter would wait for)
