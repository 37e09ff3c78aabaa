"""The kinds of procedure, named in one tuple: explicit, no discovery. A new kind is a folder and a line here."""

from apps.alliance.sharing import KIND as SHARING
from apps.alliance.workflow import KIND as MEMBERSHIP
from apps.applications.workflow import KIND as APPLICATION
from apps.certificates.workflow import KIND as REGISTRATION
from apps.diligence.workflow import KIND as GRANT
from apps.evidence.workflow import KIND as DEPOSIT
from apps.insurance.claims import KIND as CLAIM
from apps.insurance.workflow import KIND as POLICY
from apps.listings.workflow import KIND as LISTING
from apps.notices.workflow import KIND as OBJECTION
from apps.pledges.intents import KINDS as BEFORE_A_PLEDGE
from apps.pledges.workflow import KIND as PLEDGE
from apps.privacy.workflow import KIND as PERSONAL_DATA
from apps.rights.cancellation import KIND as CANCELLATION
from apps.rights.change import KIND as CHANGE
from apps.rights.freeze import KIND as FREEZE
from apps.rights.licence import KIND as LICENCE
from apps.rights.reissue import KIND as REISSUE
from apps.rights.renewal import KIND as RENEWAL
from apps.rights.revocation import KIND as REVOCATION
from apps.rights.transfer import KIND as TRANSFER
from apps.verifications.powers import KIND as POWER
from apps.verifications.workflow import KIND as ORGANISATION
from apps.workflow.states import register

KINDS = (
    ORGANISATION, DEPOSIT, APPLICATION, OBJECTION, REGISTRATION, POLICY, CLAIM, PLEDGE, *BEFORE_A_PLEDGE, LISTING,
    MEMBERSHIP, SHARING, PERSONAL_DATA, POWER, RENEWAL, CHANGE, TRANSFER, LICENCE, CANCELLATION, REVOCATION, REISSUE, FREEZE, GRANT,
)  # fmt: skip

register(KINDS)
