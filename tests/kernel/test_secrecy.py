"""What is encrypted opens only at its place, with its key, whole; what is searched is found without being readable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.sealed_file import PIECE, open_pieces, read_sealed, write_sealed
from shouwang.kernel.secrecy import KEY_BYTES, Keyring, Unopenable, key_number

KEYS = Keyring({1: b"a" * KEY_BYTES, 2: b"b" * KEY_BYTES}, 2, b"s" * KEY_BYTES, b"t" * KEY_BYTES)


@given(st.text(), st.text(max_size=40))
def test_a_value_opens_at_its_place_only(value: str, place: str) -> None:
    cipher = KEYS.encrypt(value, place)
    assert KEYS.decrypt(cipher, place) == value
    with pytest.raises(Unopenable):
        KEYS.decrypt(cipher, place + "x")


def test_the_same_value_looks_different_every_time() -> None:
    assert KEYS.encrypt("230524199001010099", "p") != KEYS.encrypt("230524199001010099", "p")


@given(st.binary(min_size=1, max_size=60), st.integers(0, 200))
def test_any_change_of_a_ciphertext_is_noticed(value: bytes, at: int) -> None:
    cipher = bytearray(KEYS.encrypt(value, "p"))
    cipher[at % len(cipher)] ^= 1
    with pytest.raises(Unopenable):
        KEYS.decrypt_bytes(bytes(cipher), "p")


def test_an_old_key_opens_and_a_new_one_writes() -> None:
    old = Keyring(KEYS.keys, 1, KEYS.search_key, KEYS.seal_key).encrypt("x", "p")
    assert (key_number(old), key_number(KEYS.encrypt("x", "p"))) == (1, 2)
    assert KEYS.decrypt(old, "p") == "x"
    with pytest.raises(Unopenable):
        Keyring({2: KEYS.keys[2]}, 2, KEYS.search_key, KEYS.seal_key).decrypt(old, "p")


def test_search_digests_depend_on_kind_key_and_value() -> None:
    other = Keyring(KEYS.keys, 2, b"u" * KEY_BYTES, KEYS.seal_key)
    digests = {
        KEYS.search_digest("id", "1"),
        KEYS.search_digest("id", "2"),
        KEYS.search_digest("phone", "1"),
        other.search_digest("id", "1"),
    }
    assert len(digests) == 4
    assert KEYS.search_digest("id", "1") == KEYS.search_digest("id", "1")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7]))
def test_a_file_comes_back_whole(tmp_path: Path, size: int) -> None:
    data, path = os.urandom(size), tmp_path / f"f{size}-{os.urandom(4).hex()}"
    write_sealed(path, data, KEYS)
    assert read_sealed(path, KEYS) == data
    assert size < 32 or data not in path.read_bytes()


def test_a_cut_or_swapped_file_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "f"
    write_sealed(path, os.urandom(2 * PIECE + 5), KEYS)
    whole = path.read_bytes()
    size = int.from_bytes(whole[:4], "big") + 4
    for damaged in (
        whole[:-30],
        whole[:size],
        whole[size : 2 * size] + whole[:size] + whole[2 * size :],
        whole + whole[:size],
        b"",
    ):
        path.write_bytes(damaged)
        with pytest.raises((Unopenable, ValueError)):
            list(open_pieces(path, KEYS))
