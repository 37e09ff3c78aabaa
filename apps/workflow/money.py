"""Money: integer fen in the database, Decimal yuan in Python."""

from decimal import Decimal


def fen(yuan: Decimal) -> int:
    """Fen of an amount of yuan with at most two places."""
    return int(yuan.scaleb(2))


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def spoken(fen: int | None) -> str:
    """An amount as a letter says it, in yuan: ``1,234.50``; empty when there is none."""
    return "" if fen is None else f"{yuan(fen):,.2f}"
