"""Forms of the shared moves. A kind's own forms stand in its folder; each gives ``cleaned_data`` to ``perform``."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CommentForm(forms.Form):
    """A word that goes into the record, if there is one to say."""

    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """A reason that the reader of the letter will see."""

    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the letter and in the record."),
        error_messages={"required": _("Give the reason.")},
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """What is to be corrected: one line an item, ``path: what is wrong``; the desk offers the items of the form.

    ``cleaned_data["items"]`` is a list of ``{"path", "label", "note"}``.
    """

    def __init__(self, *args, items=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for path, label in self.items:
            self.fields[f"note_{path}"] = forms.CharField(
                label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.fields["comment"] = CommentForm.base_fields["comment"]

    def clean(self):
        data = super().clean()
        data["items"] = [
            {"path": path, "label": str(label), "note": data.pop(f"note_{path}")}
            for path, label in self.items
            if data.get(f"note_{path}")
        ]
        for path, _label in self.items:
            data.pop(f"note_{path}", None)
        if not data["items"]:
            raise forms.ValidationError(_("Name at least one item to correct, and what is wrong with it."))
        return data
