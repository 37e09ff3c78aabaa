"""What rests on a registration, in the bench: pledges, listings, transfers, loss claims, views by consent; ten of each."""

from __future__ import annotations

from datetime import timedelta

from apps.certificates.models import Claim, Registration
from apps.diligence.models import Grant
from apps.enterprises.models import Organisation
from apps.insurance.models import LossClaim, Policy
from apps.listings.models import Listing
from apps.pledges.models import Drawing, Pledge, PledgedRight
from apps.rights.models import Transfer
from apps.workflow.models import Case, Party

SHARES = {"pledge": 10, "listing": 10, "transfer": 10, "claim": 10, "grant": 10}
STATES = {
    "pledge": (("registered", 100),),
    "listing": (("submitted", 100),),
    "transfer": (("submitted", 100),),
    "claim": (("assessing", 100),),
    "grant": (("open", 100),),
}
CLOCKS = {
    ("listing", "submitted"): ("review", "listing_review_days", "office", "", ""),
    ("transfer", "submitted"): ("review", "transfer_decision_days", "office", "", ""),
    ("claim", "assessing"): ("assessment", "claim_assessment_days", "office", "", ""),
}
WAY = {
    "pledge": ("file", "confirm", "accept"),
    "listing": ("file",),
    "transfer": ("file",),
    "claim": ("report", "assess"),
    "grant": ("give",),
}
SIGN = {"pledge": "质", "listing": "挂", "transfer": "转", "claim": "赔", "grant": "阅"}
MODELS = (Pledge, PledgedRight, Drawing, Claim, Listing, Transfer, LossClaim, Grant)


class OnRights:
    """The kinds that rest on a right; mixed into what makes the others."""

    def on_right(self, kind: str, number: int, status: str, role: str) -> tuple[Case, Registration, Organisation]:
        """A case of the right's holder on one of the last rights, and the organisation on the other side."""
        right = self.rows[Registration][-1 - number]
        other = self.rows[Organisation][right.holder.pk % len(self.rows[Organisation])]
        case = self.case(kind, number, status, root=right.case, firm=right.holder)
        self.add(Party, case=case, organisation=other, role=role, rank=2)
        return case, right, other

    def pledge(self, number: int, status: str) -> None:
        """Of three rights, with two drawings."""
        case, right, bank = self.on_right("pledge", number, status, "pledgee")
        day = case.filed_at.date()
        row = self.add(
            Pledge, case=case, pledgor=right.holder, pledgee=bank, contract_number=f"Z{number}", contract_on=day,
            debt="流动资金借款", credit_fen=5_000_000_00, secured_fen=5_000_000_00, drawn_fen=2_000_000_00, starts_on=day,
            ends_on=day + timedelta(days=3650), appraised_fen=8_000_000_00, appraised_on=day,
        )  # fmt: skip
        for each in (right, *self.rows[Registration][3 * number : 3 * number + 2]):
            self.add(PledgedRight, pledge=row, registration=each)
            self.add(Claim, registration=each, case=case, party=bank, kind="pledge", began_at=case.filed_at)
        for _ in range(2):
            self.add(Drawing, pledge=row, kind="drawn", amount_fen=1_000_000_00, on=day, recorded_at=case.filed_at)

    def listing(self, number: int, status: str) -> None:
        case, right, exchange = self.on_right("listing", number, status, "exchange")
        self.add(
            Listing, case=case, registration=right, exchange=exchange, holder=right.holder, product_name=right.name,
            product_type="dataset", description="逐时波浪条件。" * 20, delivery="api", price_mode="negotiated",
            licence="ordinary", security="general", contact_name="沈听潮",
        )  # fmt: skip

    def transfer(self, number: int, status: str) -> None:
        case, right, buyer = self.on_right("transfer", number, status, "transferee")
        self.add(
            Transfer, case=case, registration=right, transferor=right.holder, transferee=buyer, ground="contract",
            paper_number=f"R{number}", happened_on=case.filed_at.date(),
        )  # fmt: skip

    def claim(self, number: int, status: str) -> None:
        policy = self.rows[Policy][number]
        case = self.case("claim", number, status, root=policy.registration.case, firm=policy.insured)
        self.add(Party, case=case, organisation=policy.insurer, role="insurer", rank=2)
        day = case.filed_at.date()
        self.add(
            LossClaim, case=case, policy=policy, lost_on=day, known_on=day, reported_on=day, cause="infringed",
            account="数据被第三方擅自使用。" * 10, claimed_fen=50_000_00,
        )  # fmt: skip

    def grant(self, number: int, status: str) -> None:
        case, right, reader = self.on_right("grant", number, status, "reader")
        self.add(
            Grant, case=case, registration=right, reader=reader, purpose="贷前调查",
            until_on=case.filed_at.date() + timedelta(days=365), parts=["form", "sources"],
        )  # fmt: skip
