"""Workers' leases, on both stores."""

from sqlalchemy import Engine

from kireji.adapters.store.slots import expired, heartbeat, lease, release, take_over

TTL = 10.0


def test_workers_get_different_slots_until_none_is_left(engine: Engine) -> None:
    """The first free one each; who asks again keeps its own."""
    assert [lease(engine, owner, 1000.0, TTL, 2) for owner in "abcb"] == ["w0", "w1", None, "w1"]


def test_a_released_slot_is_free(engine: Engine) -> None:
    """It is not expired: it left no work."""
    lease(engine, "a", 1000.0, TTL, 1)
    release(engine, "w0", "somebody else")
    assert lease(engine, "b", 1001.0, TTL, 1) is None
    release(engine, "w0", "a")
    assert expired(engine, 9999.0) == ()
    assert lease(engine, "b", 1001.0, TTL, 1) == "w0"


def test_a_heartbeat_keeps_the_slot(engine: Engine) -> None:
    """Without one it expires when its time is over."""
    lease(engine, "a", 1000.0, TTL, 2)
    lease(engine, "b", 1000.0, TTL, 2)
    assert heartbeat(engine, "w0", "a", 1005.0, TTL)
    assert expired(engine, 1009.9) == ()
    assert expired(engine, 1010.0) == ("w1",)
    assert expired(engine, 1015.0) == ("w0", "w1")


def test_an_expired_slot_is_taken_by_one(engine: Engine) -> None:
    """Not before; afterwards its former owner learns that it is another's."""
    lease(engine, "a", 1000.0, TTL, 1)
    assert not take_over(engine, "w0", "b", 1009.9, TTL)
    assert take_over(engine, "w0", "b", 1010.0, TTL)
    assert not take_over(engine, "w0", "c", 1010.0, TTL)
    assert not heartbeat(engine, "w0", "a", 1010.0, TTL)
    assert heartbeat(engine, "w0", "b", 1011.0, TTL)


def test_a_new_worker_may_lease_an_expired_slot(engine: Engine) -> None:
    """Then it is the one to recover what was left there."""
    lease(engine, "a", 1000.0, TTL, 1)
    assert lease(engine, "b", 1010.0, TTL, 1) == "w0"
    assert not take_over(engine, "w0", "c", 1010.0, TTL)


def test_a_late_heartbeat_counts_if_nobody_took_the_slot(engine: Engine) -> None:
    """The work was not recovered elsewhere, so it can go on."""
    lease(engine, "a", 1000.0, TTL, 1)
    assert heartbeat(engine, "w0", "a", 1011.0, TTL)
    assert not take_over(engine, "w0", "b", 1012.0, TTL)


def test_a_worker_that_leaves_work_behind_gives_it_up_at_once(engine: Engine) -> None:
    """A last heartbeat of no length."""
    lease(engine, "a", 1000.0, TTL, 1)
    assert heartbeat(engine, "w0", "a", 1001.0, 0)
    assert expired(engine, 1001.0) == ("w0",)


def test_nobody_has_a_heartbeat_for_a_slot_that_is_not_there(engine: Engine) -> None:
    """Nor can it be taken over."""
    assert not heartbeat(engine, "w0", "a", 1000.0, TTL)
    assert not take_over(engine, "w0", "a", 1000.0, TTL)
