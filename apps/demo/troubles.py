"""What stops a start, said in one sentence."""

from django.conf import settings
from django.db import DatabaseError

from tools.bootstrap import sentence


def plainly(error: OSError | DatabaseError) -> str:
    """The sentence for an error of the operating system or the database."""
    if isinstance(error, OSError):
        return sentence(error)
    text = str(error)
    if "disk is full" in text or "No space left" in text:
        return f"The disk is full: {settings.DATA_DIR}. 磁盘已满。"
    if "readonly" in text or "unable to open" in text:
        return f"This folder cannot be written: {settings.DATA_DIR}. 文件夹不可写。"
    return f"The database does not work: {' '.join(text.split())[:200]} 数据库不可用。"
