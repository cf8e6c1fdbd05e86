import threading

import pytest

from studio.prefetch import ahead


def test_items_come_in_order():
    with ahead(lambda: iter(range(50))) as items:
        assert list(items) == list(range(50))


def test_an_error_of_the_thread_is_raised_where_items_are_taken():
    def broken():
        yield 1
        raise ValueError("no more paint")

    with ahead(broken) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="no more paint"):
            next(items)


def test_leaving_early_stops_the_thread():
    before = threading.active_count()
    made = []

    def endless():
        while True:
            made.append(1)
            yield 1

    with ahead(endless, depth=2) as items:
        next(items)
    assert threading.active_count() == before
    assert len(made) < 100


def test_no_more_than_the_depth_is_made_ahead():
    gate = threading.Event()
    made = []

    def counted():
        for i in range(20):
            made.append(i)
            if i == 4:
                gate.set()
            yield i

    with ahead(counted, depth=3) as items:
        next(items)
        gate.wait(5)
        assert len(made) <= 6
