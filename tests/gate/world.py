"""Rows for the gate, brought about by the real moves and the real pages. Each is made once a test, when asked for."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.applications.models import Application
from apps.certificates.models import Registration
from apps.diligence import importing, sheets, watching
from apps.diligence.models import Grant, ImportedSheet, Sheet, Watch
from apps.notices.models import Notice
from apps.outbox.models import Letter
from apps.papers import making
from apps.papers.models import Paper
from apps.privacy.disclosures import disclose
from apps.privacy.models import Disclosure
from apps.rules.clock import legal_now
from apps.workflow import documents, drafts
from apps.workflow.machine import perform
from apps.workflow.models import Case, Document, Draft
from apps.workflow.states import kind
from tests import samples, ways
from tests.alliance import cases as alliance
from tests.diligence.cases import granted
from tests.factories import PASSWORD
from tests.pledges.cases import registered
from tests.portal.forms import FILES, paper, steps_typed
from tests.privacy.cases import ask
from tests.rights import make_right

PROVINCE_NUMBER = "SJ-2026-0001"
SCENARIO = "服务于近岸养殖企业和港口调度单位，在日常作业与台风预警条件下提供逐时波浪资料，解决近岸长期缺少连续浪高观测资料的问题。"
NOTE = {"path": "scenario", "label": "应用场景", "note": "请说明服务对象。"}


class World:
    """The people, the organisations, and the rows of ``enterprise`` (Dinghai) that the addresses are asked for."""

    def __init__(self, people: SimpleNamespace, organisations: SimpleNamespace) -> None:
        self.people, self.organisations = people, organisations

    def client(self, name: str) -> Client:
        """A browser of this person; of nobody for ``anonymous``."""
        client = Client()
        if name != "anonymous":
            client.force_login(getattr(self.people, name))
        return client

    def fresh_client(self, name: str) -> Client:
        """The same, who has just typed the password once more: pages of the account ask for that."""
        client = self.client(name)
        answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert answer.status_code == 302, f"{name} could not confirm the password"
        return client

    def halfway_client(self, name: str) -> Client:
        """The password was right, the code of the second factor is still asked for."""
        client = Client()
        answer = client.post(reverse("account_login"), {"login": name, "password": PASSWORD})
        assert answer["Location"].startswith(reverse("mfa_authenticate"))
        return client

    # ------------------------------------------------------------------------------------------------ applications

    @cached_property
    def unchecked(self) -> Case:
        """A provincial application under examination that nobody has looked up at the province for nine days."""
        case = self.provincial
        perform(case.pk, "enter_number", actor=self.people.clerk, data={"province_number": PROVINCE_NUMBER})
        long_ago = legal_now() - timedelta(days=9)
        Application.objects.filter(pk=case.pk).update(province_checked_at=long_ago)
        return Case.objects.get(pk=case.pk)

    @cached_property
    def filed(self) -> Case:
        """A local application in pre-check."""
        return ways.application(self.people, self.organisations)

    @cached_property
    def provincial(self) -> Case:
        """A provincial application that passed the pre-check and waits for the province's number."""
        case = ways.application(self.people, self.organisations, track="provincial")
        perform(case.pk, "pass_to_province", actor=self.people.district_clerk)
        case.refresh_from_db()
        return case

    @cached_property
    def asked(self) -> Case:
        """An application whose applicant is asked for one correction."""
        case = ways.walk(self.filed, self.people, "examining")
        perform(case.pk, "ask_correction", actor=self.people.clerk, data={"items": [NOTE]})
        case.refresh_from_db()
        return case

    @cached_property
    def answered(self) -> Case:
        """The same, with the answer typed and not sent."""
        address = reverse("portal:answer", args=[self.asked.pk])
        self.client("filer").post(address, {"scenario": SCENARIO})
        return self.asked

    @cached_property
    def document(self) -> Document:
        return documents.keep([b"time,Hs\n2026-01-01,1.2\n"], "sample.csv", path="sample", by=None, case=self.filed)

    @cached_property
    def province_document(self) -> Document:
        return documents.keep([b"time,Hs\n2026-01-01,1.2\n"], "s.csv", path="sample", by=None, case=self.provincial)

    @cached_property
    def letter(self) -> Letter:
        """The letter that told the filer of the filing."""
        return Letter.objects.filter(case_pk=self.filed.pk, user=self.people.filer).latest("pk")

    @cached_property
    def notice(self) -> Notice:
        """A running notice of the local track."""
        case = ways.walk(self.filed, self.people, "in_notice")
        return Notice.objects.get(case=case)

    @cached_property
    def registration(self) -> Registration:
        case = samples.a_registration(self.people, self.organisations)
        return Registration.objects.get(case=case)

    # ------------------------------------------------------------------------------------------------ papers, personal data

    @cached_property
    def paper(self) -> Paper:
        """The receipt of the filing, numbered."""
        line = next(line for line in making.lines(self.filed) if line.kind.name == "receipt")
        return making.paper_of(line.kind, line.event)

    @cached_property
    def disclosure(self) -> Disclosure:
        return disclose(self.filed, to="舟山市中级人民法院", kinds=["name"], basis="调卷函", by=self.people.clerk)

    @cached_property
    def granted(self) -> Case:
        """The filer's request to see what is held, granted."""
        case = ask(self.people.filer)
        perform(case.pk, "grant", actor=self.people.clerk)
        return case

    @cached_property
    def old_draft(self) -> Draft:
        """A draft that nobody has touched for two years."""
        Draft.objects.filter(pk=self.draft.pk).update(updated_at=timezone.now() - timedelta(days=730))
        return self.draft

    # ------------------------------------------------------------------------------------------------ due diligence

    @cached_property
    def right(self) -> Registration:
        return make_right(self.organisations.enterprise)

    @cached_property
    def opened(self) -> Document:
        """A file of the right's application that the bank may read."""
        return documents.keep([b"a,b\n1,2\n"], "opened.csv", path="sample", by=None, case=self.right.origin)

    @cached_property
    def grant(self) -> Grant:
        return granted(self.people, self.organisations, self.right, documents=[self.opened])

    @cached_property
    def dated_sheet(self) -> Sheet:
        return sheets.make(self.grant, self.people.banker)

    @cached_property
    def watch(self) -> Watch:
        """The enterprise follows its own right."""
        return watching.follow(self.organisations.enterprise, self.right.number, self.people.filer)

    @cached_property
    def shared(self) -> Case:
        """The right on the alliance's sharing list, which the enterprise reads as a member."""
        return alliance.shared(self.people, self.organisations, self.right)

    @cached_property
    def loans(self) -> ImportedSheet:
        """A bank's sheet that reports a new amount drawn of a registered pledge, not applied yet."""
        pledge = registered(self.people, self.organisations, self.right).pledge
        content = f"登记号,合同编号,放款额\n{self.right.number},{pledge.contract_number},13000000\n".encode()
        return importing.keep(content, "台账.csv", kind("pledge"), self.organisations.bank, self.people.banker)

    # ------------------------------------------------------------------------------------------------ drafts

    @cached_property
    def evidence(self):
        return ways.deposit(self.organisations.enterprise, self.people.filer, self.people.clerk2)

    @cached_property
    def typed(self) -> dict[str, dict]:
        return steps_typed(self.evidence)

    @cached_property
    def draft(self) -> Draft:
        return drafts.begin("application", by=self.people.filer, organisation=self.organisations.enterprise)

    @cached_property
    def full_draft(self) -> Draft:
        """A draft that only waits to be filed."""
        client = self.client("filer")
        for step, values in self.typed.items():
            path, name = FILES.get(step, ("", ""))
            more = {f"file_{path}": paper(name)} if path else {}
            client.post(reverse("portal:draft", args=[self.draft.pk, step]), {**values, **more})
        return self.draft
