from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "apps.pages"

    def ready(self) -> None:
        from apps import kinds  # noqa: F401 - above all kinds and below all faces: here they become known
