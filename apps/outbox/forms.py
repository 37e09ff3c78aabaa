from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.outbox import texts
from apps.outbox.models import LetterText

REFUSED = _("The letter cannot be written with this:")
WIDGETS = {
    field: widget(attrs={"lang": lang, "translate": "no"})
    for suffix, lang in (("zh", "zh-Hans"), ("en", "en"))
    for field, widget in ((f"subject_{suffix}", AdminTextInputWidget), (f"body_{suffix}", AdminTextareaWidget))
}


class LetterTextForm(forms.ModelForm):
    """A text is saved only if it can be rendered with its sample, in each language that was edited."""

    class Meta:
        model = LetterText
        fields = ["subject_zh", "body_zh", "subject_en", "body_en"]
        widgets = WIDGETS

    def clean(self):
        cleaned = super().clean()
        row = LetterText(name=self.instance.name, **cleaned)
        for language, suffix in (("zh-hans", "zh"), ("en", "en")):
            if reason := texts.fault(row, [language]):
                why = format_html('{} <span lang="en" translate="no">{}</span>', REFUSED, reason)
                self.add_error(f"body_{suffix}", why)
        return cleaned
