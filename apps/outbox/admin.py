import json

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin import RoleAdmin, RoleTabularInline
from apps.accounts.models import Role
from apps.outbox import texts
from apps.outbox.forms import LetterTextForm
from apps.outbox.models import LANGUAGES, Letter, LetterText, ServiceRecord

LEADERS = frozenset({Role.CHIEF, Role.DEPUTY})


def machine_words(text: str) -> str:
    """What a program says, in its own language whatever the page's."""
    return format_html('<span lang="en" translate="no">{}</span>', text)


class ServiceInline(RoleTabularInline):
    model = ServiceRecord
    viewers = LEADERS
    fields = ["channel", "at", "by_name", "note", "recorded_at"]
    can_delete = False


class StateFilter(admin.SimpleListFilter):
    """How far a letter got."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("sent", _("Sent")),
            ("waiting", _("Waiting")),
            ("returned", _("Returned undelivered")),
            ("post", _("To be posted")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "sent":
                return queryset.filter(sent_at__isnull=False)
            case "waiting":
                return queryset.filter(sent_at=None, next_attempt_at__isnull=False)
            case "returned":
                return queryset.filter(bounced_at__isnull=False)
            case "post":
                return queryset.to_post()
        return queryset


@admin.register(Letter)
class LetterAdmin(RoleAdmin):
    """Every letter and its fate, to be read."""

    viewers = LEADERS
    list_display = ["pk", "name", "user", "email", "queued_at", "sent_at", "attempts", "next_attempt_at", "last_error"]
    list_filter = [StateFilter, "language", "text"]
    list_select_related = ["user"]
    search_fields = ["key", "email"]
    ordering = ["-pk"]
    show_full_result_count = False
    inlines = [ServiceInline]
    fields = [
        "words", "name", "code", "user", "organisation", "email", "language", "case_pk", "event_pk", "message_id",
        "queued_at", "claimed_at", "attempts", "next_attempt_at", "sent_at", "read_at", "bounced_at", "last_error",
    ]  # fmt: skip
    readonly_fields = ["words", "name", "code", "last_error"]

    @admin.display(description=_("text"), ordering="text")
    def name(self, letter):
        return machine_words(letter.text)

    @admin.display(description=_("key"))
    def code(self, letter):
        return machine_words(letter.key)

    @admin.display(description=_("last error"))
    def last_error(self, letter):
        return machine_words(letter.error)

    @admin.display(description=_("letter"))
    def words(self, letter):
        subject, body = letter.shown()
        lang = texts.tag(letter.language)
        return format_html('<pre lang="{}" translate="no"><strong>{}</strong>\n\n{}</pre>', lang, subject, body)


@admin.register(LetterText)
class LetterTextAdmin(RoleAdmin):
    """What letters say, in two languages; every built-in text stands in the list, none is added or taken away."""

    editors = frozenset({Role.SYSTEM_ADMIN, Role.CHIEF})
    form = LetterTextForm
    list_display = ["name", "is_edited", "fault", "passed_over", "error_at", "updated_by", "updated_at"]
    list_select_related = ["updated_by"]
    search_fields = ["name"]
    list_per_page = 500
    readonly_fields = [
        "name", "built_in_zh", "built_in_en", "facts", "previews", "fault", "passed_over", "error_at", "updated_by", "updated_at",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["name", "facts", "previews"]}),
        (_("Chinese"), {"fields": ["subject_zh", "body_zh", "built_in_zh"]}),
        (_("English"), {"fields": ["subject_en", "body_en", "built_in_en"]}),
        (_("State"), {"fields": ["fault", "passed_over", "error_at", "updated_by", "updated_at"]}),
    ]

    def has_add_permission(self, request, obj=None):
        return False

    @admin.display(description=_("edited"), boolean=True)
    def is_edited(self, row):
        return any(any(row.edited(language)) for language in texts.LANGUAGES)

    @admin.display(description=_("what is wrong with it now"))
    def fault(self, row):
        return machine_words(texts.fault(row))

    @admin.display(description=_("why the built-in text was sent instead"))
    def passed_over(self, row):
        return machine_words(row.error)

    @admin.display(description=_("built-in text (Chinese)"))
    def built_in_zh(self, row):
        return self._built_in(row, "zh-hans")

    @admin.display(description=_("built-in text (English)"))
    def built_in_en(self, row):
        return self._built_in(row, "en")

    def _built_in(self, row, language):
        words = "\n\n".join(texts.built_in(row.name, language))
        return format_html('<pre lang="{}" translate="no">{}</pre>', texts.tag(language), words)

    @admin.display(description=_("names a text may use, with a sample"))
    def facts(self, row):
        sample = {"site_url": settings.SITE_URL} | texts.sample(row.name)
        return format_html('<pre translate="no">{}</pre>', json.dumps(sample, ensure_ascii=False, indent=2))

    @admin.display(description=_("preview of what is saved"))
    def previews(self, row):
        links = [(reverse("admin:outbox_lettertext_preview", args=[row.pk, code]), name) for code, name in LANGUAGES]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def save_model(self, request, row, form, change):
        row.updated_by, row.updated_at = request.user, timezone.now()
        row.error, row.error_at = "", None
        super().save_model(request, row, form, change)

    def get_urls(self):
        views = [
            ("", self.preview_view, "preview"),
            ("html/", self.html_view, "html"),
        ]
        return [
            path(
                f"<int:pk>/preview/<str:language>/{tail}",
                self.admin_site.admin_view(view),
                name=f"outbox_lettertext_{name}",
            )
            for tail, view, name in views
        ] + super().get_urls()

    def preview_view(self, request, pk, language):
        """The letter as its sample makes it: subject, text part, and the way to the HTML part."""
        row, subject, body, fault = self._sampled(request, pk, language)
        page = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "opts": self.opts,
            "row": row,
            "subject": subject,
            "text": texts.parts(subject, body, language)[0],
            "lang": texts.tag(language),
            "fault": fault,
            "html_url": reverse("admin:outbox_lettertext_html", args=[pk, language]),
        }
        return TemplateResponse(request, "letters/preview.html", page)

    def html_view(self, request, pk, language):
        """The HTML part, as a mail program gets it."""
        _row, subject, body, _fault = self._sampled(request, pk, language)
        return HttpResponse(texts.parts(subject, body, language)[1])

    def _sampled(self, request, pk, language):
        row = self.get_object(request, str(pk))
        if row is None or language not in texts.LANGUAGES or not self.has_view_permission(request, row):
            raise Http404
        return row, *texts.render_by(row, row.name, texts.sample(row.name), language)
