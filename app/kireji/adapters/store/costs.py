"""What model calls cost in a stretch of time, summed by one of the ledger's columns. Repositories go by their present names."""

from sqlalchemy import Engine, and_, func, select

from kireji.adapters.store.engine import reading
from kireji.adapters.store.tables import model_calls, repositories
from kireji.core.money.costs import CostGroup, CostRow


def costs(engine: Engine, start: float, end: float, by: CostGroup) -> tuple[CostRow, ...]:
    """Sums from `start` until before `end` (epoch seconds), the dearest first."""
    column = model_calls.c["repo" if by is CostGroup.REPOSITORY else by.value]
    name = func.coalesce(repositories.c.name, model_calls.c.repo) if by is CostGroup.REPOSITORY else column
    dollars = func.sum(model_calls.c.nanodollars)

    tokens = [func.sum(model_calls.c[name]) for name in ("input_tokens", "cache_write_tokens", "cache_read_tokens")]
    query = (
        select(
            name,
            func.count(),
            func.sum(model_calls.c.attempts),
            *tokens,
            func.sum(model_calls.c.output_tokens),
            dollars,
        )
        .outerjoin(repositories, repositories.c.key == model_calls.c.repo)
        .where(and_(model_calls.c.at >= start, model_calls.c.at < end))
        .group_by(column, name)
        .order_by(dollars.desc(), name)
    )

    with reading(engine) as conn:
        rows = conn.execute(query).all()

    return tuple(
        CostRow(
            name=None if name is None else str(name),
            calls=int(calls),
            attempts=int(attempts),  # Postgres sums bigints as Decimal
            sent=int(sent + written + read),
            cached=int(read),
            written=int(out),
            nanodollars=int(paid),
        )
        for name, calls, attempts, sent, written, read, out, paid in rows
    )
