"""The platforms the software knows: this portal, not on file until its number is entered, and the public one named in the city's rules."""

from datetime import date

from apps.evidence.models import DepositPlatform

LISTED_FROM = date(2022, 1, 1)


def load_platforms() -> None:
    """Make the rows that are missing; what an official changed is left alone."""
    DepositPlatform.objects.get_or_create(
        own=True,
        defaults={"name_zh": "本平台", "name_en": "This portal", "valid_from": LISTED_FROM},
    )
    DepositPlatform.objects.get_or_create(
        name_zh="数据知识产权区块链公共存证平台",
        defaults={
            "name_en": "Public blockchain deposit platform for data IP",
            "valid_from": LISTED_FROM,
        },
    )
