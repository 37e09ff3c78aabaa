"""The built-in texts are tried at every start: a letter that cannot be written is found before it is needed."""

from django.core.checks import Error

from apps.outbox import texts


def check_texts(**_kwargs) -> list[Error]:
    """Each text stands in both languages and can be rendered with its sample."""
    found = []
    for name in texts.names():
        for language in texts.LANGUAGES:
            try:
                texts.fill(texts.built_in(name, language), texts.sample(name), language)
            except (texts.Broken, LookupError, ValueError) as error:
                found.append(Error(f"Letter text {name} ({language}): {error}", id="outbox.E001"))
    return found
