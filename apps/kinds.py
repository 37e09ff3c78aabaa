"""The kinds of procedure, named in one tuple: explicit, no discovery. A new kind is a folder and a line here."""

from apps.certificates.workflow import KIND as REGISTRATION
from apps.workflow.states import register

KINDS = (REGISTRATION,)

register(KINDS)
