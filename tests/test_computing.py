"""Turns at the network: few pictures go before many."""

import threading

import numpy as np
import torch

from autoencoders.computing import FEW_PICTURES, Computing, Turns


def _computing(numbers: int = 784) -> Computing:
    return Computing(torch.device("cpu"), bfloat16=False, numbers=numbers)


def _waiting(turns: Turns, count: int) -> None:
    """Return when so many threads wait for a turn."""
    for _ in range(10_000):
        with turns._change:
            if len(turns._change._waiters) == count:
                return
    raise AssertionError("nobody waits")


def test_who_is_hurried_goes_first_however_late_they_came():
    turns, order = Turns(), []

    def come(name: str, hurried: bool) -> None:
        with turns.taken(hurried=hurried):
            order.append(name)

    threads = []
    with turns.taken(hurried=False):
        for place, (name, hurried) in enumerate([("slow", False), ("quick", True)]):
            threads.append(threading.Thread(target=come, args=(name, hurried)))
            threads[-1].start()
            _waiting(turns, place + 1)
    for thread in threads:
        thread.join(10)
    assert order == ["quick", "slow"]


def test_only_one_has_a_turn_at_a_time():
    turns, inside, most = Turns(), [0], [0]

    def come(hurried: bool) -> None:
        for _ in range(50):
            with turns.taken(hurried=hurried):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=come, args=(k % 2 == 0,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1]
    assert not any(thread.is_alive() for thread in threads)


def test_a_turn_ends_with_an_error_too():
    turns = Turns()
    for _ in range(2):
        try:
            with turns.taken(hurried=True):
                raise ValueError
        except ValueError:
            pass
    with turns.taken(hurried=False):
        pass


def test_an_exact_picture_waits_for_one_part_of_a_strip_and_no_more():
    computing = _computing()
    computing._part = 64
    parts, begun, going_on = [], threading.Event(), threading.Event()

    def decode(part: np.ndarray) -> np.ndarray:
        parts.append(len(part))
        begun.set()
        going_on.wait(10)
        return part

    empty = np.empty((0, 2), np.float32)
    many, few = np.zeros((256, 2), np.float32), np.zeros((1, 2), np.float32)
    strip = threading.Thread(target=computing.in_parts, args=(decode, many, empty))
    strip.start()
    assert begun.wait(10)
    exact = threading.Thread(target=computing.in_parts, args=(decode, few, empty))
    exact.start()
    _waiting(computing._turns, 1)
    going_on.set()
    strip.join(10)
    exact.join(10)
    assert parts == [64, 1, 64, 64, 64]


def test_parts_on_a_cpu_hold_half_a_million_numbers():
    sizes = []

    def decode(part: np.ndarray) -> np.ndarray:
        sizes.append(len(part))
        return part

    codes = np.zeros((100, 2), np.float32)
    _computing(64 * 64 * 3).in_parts(decode, codes, np.empty((0, 2), np.float32))
    assert sizes == [42, 42, 16]
    assert FEW_PICTURES < 42
