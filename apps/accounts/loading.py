"""What the accounts need before anybody is entered."""

from apps.accounts.models import District

# GB/T 2260 codes; a functional zone has none, so its code begins with letters and cannot be taken for one.
DISTRICTS = (
    ("330902", "定海区", "Dinghai District"),
    ("330903", "普陀区", "Putuo District"),
    ("330921", "岱山县", "Daishan County"),
    ("330922", "嵊泗县", "Shengsi County"),
    ("ZS-XC", "新城", "Xincheng"),
    ("ZS-PZ", "普陀山-朱家尖", "Putuoshan-Zhujiajian"),
    ("ZS-GX", "高新区", "High-tech Zone"),
    ("ZS-ZM", "自贸区", "Free Trade Zone"),
)


def load_districts() -> None:
    """Enters the districts that are missing; a name mended by an administrator stays."""
    District.objects.bulk_create(
        [
            District(code=code, name_zh=name_zh, name_en=name_en, rank=rank)
            for rank, (code, name_zh, name_en) in enumerate(DISTRICTS, start=1)
        ],
        ignore_conflicts=True,
    )
