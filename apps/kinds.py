"""The kinds of procedure, named in one tuple: explicit, no discovery. A new kind is a folder and a line here."""

from apps.alliance.workflow import KIND as MEMBERSHIP
from apps.applications.workflow import KIND as APPLICATION
from apps.certificates.workflow import KIND as REGISTRATION
from apps.evidence.workflow import KIND as DEPOSIT
from apps.insurance.workflow import KIND as POLICY
from apps.notices.workflow import KIND as OBJECTION
from apps.pledges.workflow import KIND as PLEDGE
from apps.verifications.workflow import KIND as ORGANISATION
from apps.workflow.states import register

KINDS = (ORGANISATION, DEPOSIT, APPLICATION, OBJECTION, REGISTRATION, POLICY, PLEDGE, MEMBERSHIP)

register(KINDS)
