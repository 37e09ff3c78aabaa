"""What looks odd on a certificate's face: told to officials, and never a reason to refuse. The face prevails."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from apps.certificates.contracts import contracts_of, first_end
from apps.certificates.models import Certificate, Registration
from apps.certificates.register import term_from

NATIONAL = re.compile(r"20\d{2}(0[1-9]|1[0-2])3300\d{7}", re.ASCII)
"""Year, month, the registrar's code of Zhejiang, serial: inferred from the 17 digits of other places."""
REGISTRATION = re.compile(r"[0-9A-Za-z]{16}", re.ASCII)
"""The length is known; the code lists and the check character are not published."""


def warnings(registration: Registration) -> list[Any]:
    """Everything odd about a right that was not registered here: its numbers, and its end against the computed one."""
    found = list(registration.certificates.order_by("pk"))
    mirrored = [row for row in found if row.form != Certificate.Form.LOCAL]
    if not mirrored:
        return []
    said = [warning for row in mirrored for warning in of_number(row)]
    if mirrored[-1].form == Certificate.Form.NATIONAL and not REGISTRATION.fullmatch(registration.number):
        said.append(
            _("The registration number %(number)s is not 16 letters and digits.") % {"number": registration.number}
        )
    return [*said, *of_end(registration, mirrored[-1], is_only=len(found) == 1)]


def of_number(certificate: Certificate) -> list[Any]:
    if certificate.form != Certificate.Form.NATIONAL or NATIONAL.fullmatch(certificate.number):
        return []
    words = _("The certificate number %(number)s is not of the national pattern: year, month, 3300 and seven digits.")
    return [words % {"number": certificate.number}]


def of_end(registration: Registration, standing: Certificate, *, is_only: bool) -> list[Any]:
    """The face's end prevails over the register's and over the computed one; where they differ, say so."""
    said = []
    if standing.valid_until != registration.valid_until:
        words = _("The certificate says valid until %(face)s, the register %(until)s: record the newer certificate.")
        said.append(words % {"face": standing.valid_until.isoformat(), "until": registration.valid_until.isoformat()})
    term = term_from(registration.registered_on, registration.origin)
    first, contract = first_end(term, contracts_of(registration))
    values = {"contract": contract, "until": registration.valid_until.isoformat()}
    if contract and first < registration.valid_until:
        words = _(
            "The source contract with %(contract)s ends on %(computed)s, before the certificate (%(until)s), which prevails."
        )
        said.append(words % {**values, "computed": first.isoformat()})
    elif is_only and term != registration.valid_until:
        words = _(
            "From the day of registration the term would end on %(computed)s; the certificate says %(until)s and prevails."
        )
        said.append(words % {**values, "computed": term.isoformat()})
    return said
