"""Bytes to lines of text: encoding found on the way, a broken one named by row and byte, no line without end."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from apps.workflow.datafile.limits import BLOCK, MOST_LINE
from apps.workflow.datafile.table import BadFile

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SHOWN = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "gb18030": "GB18030"}


class Text:
    """The text of a byte stream, block by block. ``encoding`` is known once reading has begun.

    Without a mark at the beginning it is UTF-16 where every other byte is empty, else UTF-8; where the first bytes beyond
    ASCII are no UTF-8 it is GB18030, which holds GBK and GB2312.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        head = stream.read(BLOCK)
        if not head:
            raise BadFile(_("The file is empty: choose another."), code="empty")
        mark, self._codec = next(((m, c) for m, c in BOMS if head.startswith(m)), (b"", guess(head)))
        self._head = head[len(mark) :]
        self._at = len(mark)  # bytes handed to the decoder
        self._certain = bool(mark) or self._codec != "utf-8"
        self._decoder = codecs.getincrementaldecoder(self._codec)()
        self.row = 1

    @property
    def encoding(self) -> str:
        return SHOWN[self._codec]

    def blocks(self) -> Iterator[str]:
        block = self._head
        self._head = b""
        while block:
            yield self._checked(self._decode(block))
            self._at += len(block)
            block = self._stream.read(BLOCK)
        yield self._checked(self._decode(b"", final=True))

    def _decode(self, block: bytes, *, final: bool = False) -> str:
        kept = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as fault:
            if self._certain or is_utf8((kept + block)[: fault.start]):
                self._refuse(kept + block, fault.start, len(kept))
            self._codec, self._certain = "gb18030", True
            self._decoder = codecs.getincrementaldecoder("gb18030")()
            return self._decode(kept + block, final=final)
        if not self._certain and not text.isascii():
            self._certain = True
        return text

    def _refuse(self, held: bytes, start: int, kept: int):
        wide = self._codec.startswith("utf-16")
        before = held[:start].decode(self._codec, "ignore").count("\n") if wide else held[:start].count(b"\n")
        raise BadFile(
            _(
                "Row %(row)d cannot be read as %(encoding)s: byte %(byte)d of the file is broken. Save the file again as UTF-8."
            )
            % {"row": self.row + before, "encoding": self.encoding, "byte": self._at - kept + start + 1},
            code="encoding",
        )

    def _checked(self, text: str) -> str:
        if "\0" in text:
            raise BadFile(
                _("Row %(row)d holds a null character (U+0000): this is no text file, or a broken one.")
                % {"row": self.row + text[: text.index("\0")].count("\n")},
                code="nul",
            )
        self.row += text.count("\n")
        return text


def is_utf8(sound: bytes) -> bool:
    """Whether bytes that read as UTF-8 are that: a sign of three bytes hardly comes out of GB18030 by chance."""
    return any(sign > "\u07ff" for sign in sound.decode("utf-8", "ignore"))


def guess(head: bytes) -> str:
    """UTF-16 without its mark: the bytes of one parity are nearly all empty. Else UTF-8, until shown otherwise."""
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = max(len(head[:2000]) // 2, 1)
    if odd > half * 0.4 and even <= half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd <= half * 0.05:
        return "utf-16-be"
    return "utf-8"


def lines(text: Text) -> Iterator[str]:
    """The lines, each with its line feed; none longer than MOST_LINE."""
    rest, number = "", 0
    for block in text.blocks():
        if len(rest) + len(block) > MOST_LINE and "\n" not in block:
            too_long(number + 1)
        held = (rest + block).split("\n")
        rest = held.pop()
        for line in held:
            number += 1
            if len(line) > MOST_LINE:
                too_long(number)
            yield line + "\n"
    if len(rest) > MOST_LINE:
        too_long(number + 1)
    if rest:
        yield rest


def too_long(number: int):
    raise BadFile(
        _("Line %(row)d is longer than a million characters: the file is no table, or its line breaks are missing.")
        % {"row": number},
        code="line",
    )
