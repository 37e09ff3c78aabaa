"""What can be done against a refusal: an editable text, because whether and where it may be challenged is for the office to say."""

from django.utils.translation import get_language

from apps.applications.models import RemedyText

DEFAULT = {
    "zh": "您可以在补充材料后重新提出申请，新的申请另行编号。对本结果有异议的，可以自收到之日起向本局书面申请复核。",
    "en": "You may apply again with the missing material; the new application gets a new number. If you disagree, you may ask this office in writing to look at it again.",
}


def remedy_text() -> str:
    """The remedy in the reader's language: the office's newest text, else the one that came with the software."""
    row = RemedyText.objects.order_by("-pk").first()
    if get_language() == "en":
        return row.text_en if row else DEFAULT["en"]
    return row.text_zh if row else DEFAULT["zh"]
