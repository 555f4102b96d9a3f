"""The `Apart` port: a few processes that know no secret and may be ended at any moment. Begin with `pool`.

pool.py     Processes: the port; whose turn it is, and what became of each item
worker.py   one such process as this one sees it: started, asked, timed, killed
program.py  what runs in it: limits first, then one piece of work after the other
frames.py   what goes through the pipes between them, and what is believed of it

multiprocessing, and the pools built on it, hand their children this process's environment with every key in it, and
believe each pickle that comes back; so these are plain subprocesses.
"""

from kireji.adapters.apart.pool import Processes

__all__ = ["Processes"]
