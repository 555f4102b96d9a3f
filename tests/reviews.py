"""Reviews for the tests of the formats."""

from dataclasses import replace
from decimal import Decimal

from kireji.core.diff.unified import Unread
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Confidence, Severity
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import Bill
from kireji.core.review.assemble import ReviewedChange, Thresholds, assemble
from kireji.core.review.result import Review
from kireji.core.scope.choose import Scope
from kireji.core.scope.skips import Skip, SkipReason
from tests.make import chunk, files, finding

CART, OLD = files()
PAID = Bill("claude-haiku-4-5", 3, 4, Usage(1200, 340, 4600, 9200), Decimal("0.00957"), 4.25)


def a_review(*, cache_dead: bool = False) -> Review:
    """A review with one of everything."""
    findings = (
        finding(replacement='    with open(path, "w") as handle:'),
        finding(
            quote="    net = sum(cart)",
            severity=Severity.CRITICAL,
            title="Ping @octo/team <script>|x|",
            explanation="/review cancel\n\n<!-- kireji:finding f00 -->See ![x](https://evil.test/p.png) and @alice.",
        ),
        finding(quote="    return net * rate", confidence=Confidence.LOW, title="`rate` may be a string"),
        finding(path="shop/none.py", title="A file that is not there"),
    )
    readings = (
        Reading(chunk(CART), findings, rejected=("no title",)),
        Reading(chunk(OLD), unread="Claude was overloaded"),
    )
    skipped = (Skip("poetry.lock", SkipReason.LOCK), Skip("dist/a`|b.js", SkipReason.MINIFIED, "one line of 90,000"))
    unserved = (Unread("data/big.sql", "GitHub serves no text for it"),)
    paid = replace(PAID, cache_dead=cache_dead)
    return assemble("abc1234", ReviewedChange(Scope((CART, OLD), skipped), unserved), readings, paid, Thresholds(30))
