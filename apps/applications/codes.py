"""Code lists of the application form. Codes are stored, labels are read in the reader's language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.certificates.codes import SourceKind as SourceKind  # the register and the form speak of the same lists
from apps.certificates.codes import UpdateFrequency as UpdateFrequency


class RegistrationKind(models.TextChoices):
    """登记类型: only first registrations are filed here; changes have procedures of their own."""

    FIRST = "first", _("First registration")


class MarineCategory(models.TextChoices):
    """海洋数据类别 after T/ZIPS 00002-2025, and the office's own tags."""

    ENVIRONMENT = "environment", _("Marine environment data")
    GEOGRAPHY = "geography", _("Marine geographic information data")
    REMOTE_SENSING = "remote_sensing", _("Marine remote sensing data")
    MANAGEMENT = "management", _("Integrated marine management data")
    FISHERY = "fishery", _("Marine fishery")
    PORT = "port", _("Ports and shipping")
    SHIPBUILDING = "shipbuilding", _("Ship building and repair")
    PETROCHEMICAL = "petrochemical", _("Petrochemicals and oil and gas trade")
    TOURISM = "tourism", _("Marine tourism")
    NONE = "none", _("Not marine")


class DataType(models.TextChoices):
    STRUCTURED = "structured", _("Structured")
    SEMI = "semi", _("Semi-structured")
    UNSTRUCTURED = "unstructured", _("Unstructured")


class DataFormat(models.TextChoices):
    CSV = "csv", "CSV"
    EXCEL = "excel", "Excel"
    JSON = "json", "JSON"
    XML = "xml", "XML"
    PARQUET = "parquet", "Parquet"
    MYSQL = "mysql", "MySQL"
    ORACLE = "oracle", "Oracle"
    NETCDF = "netcdf", "NetCDF"
    GEOTIFF = "geotiff", "GeoTIFF"
    OTHER = "other", _("Other")


class SourceMethod(models.TextChoices):
    OWN = "own", _("Produced or collected by oneself")
    CONTRACT = "contract", _("Obtained by contract")
    OPEN = "open", _("Collected from open sources")
    LICENSED = "licensed", _("Licensed operation of public data")


PROVEN = frozenset({SourceMethod.OWN, SourceMethod.CONTRACT, SourceMethod.LICENSED})
"""Ways that a file must prove: the contract or licence, or a statement of how it was collected."""


class PartyType(models.TextChoices):
    """申请人类型: what a co-applicant's code must be."""

    ORGANISATION = "organisation", _("Organisation (social credit code)")
    PERSON = "person", _("Person (resident identity card)")
    OTHER = "other", _("Other (passport or foreign register)")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    NA = "na", _("Not applicable")


CHECKLIST = (
    ("surveying", _("Contains results of surveying and mapping; classified results are excluded (Surveying and Mapping Law)")),
    ("observation", _("Contains ocean observation data; provision abroad is approved (Ocean Observation and Forecast Regulations)")),
    ("tracks", _("Contains vessel tracks from which a crew member's whereabouts can be read (PIPL art. 28)")),
    ("important", _("Contains data on the important-data catalogue (Data Security Law art. 21)")),
    ("secrets", _("Contains state secrets")),
    ("personal", _("Contains personal data that is not anonymised")),
)  # fmt: skip
"""Marine compliance, each answered yes, no or not applicable."""

MUST_NOT = ("secrets", "personal")
"""Answers to which ``yes`` bars the filing."""
