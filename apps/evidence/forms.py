"""Forms of a deposit: of an outside certificate or deed, of the portal's own receipt, and of the clerk's check."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group, Grouped
from apps.accounts.text import clean_code
from apps.evidence.models import Deposit, DepositPlatform
from apps.rules.clock import legal_now


class DepositForm(Grouped, forms.ModelForm):
    """An outside certificate or a notarial deed, typed from the paper."""

    groups = (
        Group(
            _("Certificate or deed"), ("route",), ("platform", "notary"), ("certificate_number", "deposited_at"),
            ("algorithm",), "digest", ("chain_name",), "transaction_hash",
        ),
        Group(_("Data"), "data_name", ("file_name", "size_bytes"), ("record_count",), "collection"),
    )  # fmt: skip

    algorithm = forms.ChoiceField(
        label=_("Algorithm named on the paper"), choices=[("sha256", "SHA-256"), ("sm3", "SM3")],
        help_text=_("Both give 64 characters: it cannot be guessed, take it from the paper."),
    )  # fmt: skip
    digest = forms.CharField(
        label=_("Digest"),
        max_length=80,
        help_text=_("64 characters of 0–9 and a–f; capitals and spaces do not matter."),
    )
    deposited_at = forms.DateTimeField(
        label=_("Deposited at"), help_text=_("Beijing time as on the paper, such as 2026-11-02 09:30."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )  # fmt: skip

    class Meta:
        model = Deposit
        fields = [
            "route", "platform", "notary", "certificate_number", "data_name", "file_name", "size_bytes",
            "record_count", "chain_name", "transaction_hash", "collection",
        ]  # fmt: skip
        widgets = {"collection": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = [c for c in Deposit.Route.choices if c[0] != Deposit.Route.OWN]
        self.fields["platform"].queryset = DepositPlatform.objects.filter(own=False)
        self.fields["collection"].help_text = _("Courts ask for what happened before the deposit.")
        if self.instance.pk:
            self.initial["algorithm"] = "sm3" if self.instance.sm3 else "sha256"
            self.initial["digest"] = self.instance.sm3 or self.instance.sha256
            self.initial["deposited_at"] = self.instance.deposited_at

    def clean_digest(self) -> str:
        return clean_digest(self.cleaned_data["digest"])

    def clean_deposited_at(self):
        moment = self.cleaned_data["deposited_at"]
        if moment > legal_now():
            raise forms.ValidationError(_("The time of the deposit lies in the future."))
        return moment

    def clean(self):
        data = super().clean()
        notary = data.get("route") == Deposit.Route.NOTARY
        if notary and not data.get("notary"):
            self.add_error("notary", _("Name the notary office."))
        if not notary and data.get("route") and not data.get("platform"):
            self.add_error("platform", _("Choose the platform that issued the certificate."))
        data["platform" if notary else "notary"] = None if notary else ""
        if data.get("digest"):
            data |= {"sha256": "", "sm3": "", data["algorithm"]: data["digest"]}
        return data


class OwnDepositForm(forms.Form):
    """A receipt of this portal: the file, or its digests from the browser or the command line.

    ``kept`` is the Document of a file that was handed in before the rest was right.
    """

    data_name = forms.CharField(label=_("Name of the data"), max_length=100)
    sha256 = forms.CharField(label="SHA-256", max_length=80, required=False, help_text=_("sha256sum FILE"))
    sm3 = forms.CharField(label="SM3", max_length=80, required=False, help_text=_("openssl dgst -sm3 FILE"))
    file_name = forms.CharField(label=_("File name"), max_length=255, required=False)
    size_bytes = forms.IntegerField(label=_("Size in bytes"), min_value=1, required=False)
    record_count = forms.IntegerField(label=_("Records"), min_value=0, required=False)
    collection = forms.CharField(
        label=_("Who collected it, where, with what, in which steps"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Courts ask for what happened before the deposit."),
    )  # fmt: skip
    not_classified = forms.BooleanField(
        label=_("I declare that nothing in it is classified as a state secret."),
        error_messages={"required": _("Nothing classified may be handed in: confirm that nothing is.")},
    )

    def __init__(self, *args, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = kept

    def clean_sha256(self) -> str:
        return clean_digest(self.cleaned_data["sha256"]) if self.cleaned_data["sha256"] else ""

    def clean_sm3(self) -> str:
        return clean_digest(self.cleaned_data["sm3"]) if self.cleaned_data["sm3"] else ""

    def clean(self):
        data = super().clean()
        data["hash_only"] = self.kept is None
        if self.kept is not None:
            self.compare(data)
        elif not data.get("sha256") and not data.get("sm3") and not self.errors:
            raise forms.ValidationError(_("Hand in the file, or at least one digest of it."))
        return data

    def compare(self, data: dict) -> None:
        """The digests of the file that is here count; typed ones must be the same."""
        for name in ("sha256", "sm3"):
            if data.get(name) and data[name] != getattr(self.kept, name):
                self.add_error(name, _("This is not the digest of the file you handed in."))
            data[name] = getattr(self.kept, name)
        data.update(file_name=self.kept.name, size_bytes=self.kept.size)


class CheckForm(forms.Form):
    """The clerk's check of a certificate, step by step (domain: five steps a third party takes)."""

    CHOICES = [("yes", _("agrees")), ("manual", _("checked by hand")), ("no", _("not checked"))]
    digest = forms.ChoiceField(label=_("The digest of the file equals the certificate's"), choices=CHOICES)
    chain = forms.ChoiceField(label=_("The chain shows the same digest and time"), choices=CHOICES)
    seal = forms.ChoiceField(label=_("Signature or seal of the issuer"), choices=CHOICES)
    timestamp = forms.ChoiceField(label=_("Timestamp"), choices=CHOICES)
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


def clean_digest(text: str) -> str:
    """64 lower-case hex characters from what was pasted; a sentence when it is something else, MD5 and SHA-1 by name."""
    digest = "".join(clean_code(text).lower().split()).removeprefix("0x")
    if len(digest) in (32, 40) and all(c in "0123456789abcdef" for c in digest):
        raise forms.ValidationError(
            _("This looks like MD5 or SHA-1, which no longer prove anything: use SHA-256 or SM3.")
        )
    if len(digest) != 64 or any(c not in "0123456789abcdef" for c in digest):
        raise forms.ValidationError(_("A digest has 64 hexadecimal characters."))
    return digest
