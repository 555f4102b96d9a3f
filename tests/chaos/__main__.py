"""The long campaign: `python -m tests.chaos`. It prints a table; the exit status is 1 if anything went wrong."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos import campaign
from tests.chaos.table import rows
from tests.chaos.verdict import describe


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--store", choices=(*campaign.STORES, "all"), default="all")
    parser.add_argument("--target", choices=(*campaign.TARGETS, "mixed", "all"), default="all")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="keep the processes' logs in this file")
    asked = parser.parse_args()
    done = list[campaign.Campaign]()
    for store in campaign.STORES if asked.store == "all" else (asked.store,):
        for target in campaign.TARGETS if asked.target == "all" else (asked.target,):
            if (store, target) == ("sqlite", "postgres"):
                continue
            with tempfile.TemporaryDirectory(prefix="kireji-chaos-") as folder:
                one = campaign.run(store, target, kills=asked.kills, seed=asked.seed, folder=Path(folder))
            done.append(one)
            if asked.log:
                asked.log.write_text(one.log)
            print(rows([one]), describe(one.verdict), one.aims, sep="\n", flush=True)
    print(rows(done))
    return 1 if any(one.verdict.wrong for one in done) else 0


if __name__ == "__main__":
    sys.exit(main())
