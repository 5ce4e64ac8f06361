"""Records survive their file, old files stay readable, and damage is named with its place."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import zstandard
from hidden_cards import HiddenCards
from hypothesis import given
from hypothesis import strategies as st
from misbehaving import Clumsy, Keeper, Misbehaving, Retrying
from nim_pile import NimPile, Pile
from tax_town import TaxTown

from arena import codec
from arena.agent import Agent
from arena.conditions import Access, Budget, Conditions, Fault, FaultKind, FaultPolicy
from arena.errors import BadInput, CorruptRecord, UnknownFormat, UnknownName
from arena.game import Game, Outcome
from arena.legal import Legal, Listed
from arena.play import play
from arena.record import FORMAT, MAGIC, Record, SeatRecord, read_records, software_versions, write_records
from arena.replay import verify
from arena.testing import Uniform

FIXTURE = Path(__file__).parents[1] / "fixtures" / "record_format_1.arec"
"""Two matches, written by the first version of the format; never to be written again."""

CARDS = HiddenCards(2)


def block() -> list[Record]:
    """Matches with faults of several kinds, thoughts, and conditions of their own."""
    conditions = Conditions(Access.STATE, Budget(8, 2.5), FaultPolicy.VOID, 2, 90, None, 500)
    tables: list[list[Agent]] = [
        [Keeper(), Misbehaving("crash")],
        [Retrying(1), Uniform()],
        [Misbehaving("hog", 1), Clumsy("close")],
    ]
    return [play(CARDS, agents, seed, conditions=conditions) for seed, agents in enumerate(tables)]


def rewritten(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The same file with its document changed, well packed."""
    document = json.loads(zstandard.ZstdDecompressor().decompress(data[5:]))
    changed = change(document)
    return packed(json.dumps(document if changed is None else changed).encode())


def packed(body: bytes) -> bytes:
    return MAGIC + bytes([1]) + zstandard.ZstdCompressor(write_checksum=True).compress(body)


def test_records_survive_their_file() -> None:
    """Everything comes back, of the same types."""
    records = block()
    again = read_records(write_records(records))
    assert again == records
    assert [repr(record) for record in again] == [repr(record) for record in records]
    assert all(isinstance(fault.kind, FaultKind) for record in again for fault in record.faults)
    assert isinstance(again[0].conditions.access, Access)
    for record in again:
        verify(record, CARDS)


def test_undefined_metrics_survive() -> None:
    """A metric that is undefined for a player stays so."""
    record = play(TaxTown(), [Uniform()] * 4, 1)
    (again,) = read_records(write_records([record]))
    assert codec.canonical(again) == codec.canonical(record)
    verify(again, TaxTown())


@given(
    st.lists(st.sampled_from(["keep", "swap", "ü", ""]), max_size=6),
    st.dictionaries(st.integers(0, 5), st.text()),
)
def test_any_plain_actions_and_thoughts_survive(actions: list[str], thoughts: dict[int, str]) -> None:
    """Also what no game would make."""
    thoughts = {number: thought for number, thought in thoughts.items() if number < len(actions)}
    record = dataclasses.replace(
        block_one(), actions=tuple(actions), micros=(), thoughts=thoughts, simulated=(), faults=()
    )
    assert read_records(write_records([record])) == [record]


def block_one() -> Record:
    """A small record, made by hand."""
    return Record(
        game="hidden-cards",
        game_version=1,
        seed=2**64 - 1,
        player_seeds=(0, 2**64 - 1),
        seats=(SeatRecord("a", 1, "00"), SeatRecord("b(x=1)", 2, "01")),
        conditions=Conditions(),
        software={"agent-arena": "0.1.0"},
        actions=("keep",) * 4,
        micros=(1, 2, 3, 4),
        decisions=(2, 2),
        spent=(4, 6),
        faults=(Fault(FaultKind.TIMEOUT, 1, 3, "slow"),),
        outcome=Outcome((1.0, -1.0), "over", metrics={"chips": (1.0, -1.0)}),
        scores=(1.0, -1.0),
        digests=("ff",),
        steps=4,
        thoughts={2: {"value": 0.5}},
        simulated=(0, 12),
    )


def test_the_first_format_stays_readable() -> None:
    """The file in the fixtures is read, and its matches are played again as they were."""
    first, second = read_records(FIXTURE.read_bytes())
    assert first == dataclasses.replace(block_one(), seed=5)
    assert second.game == "hidden-cards"
    assert second.actions == ("keep", "swap", "keep", "swap")
    assert [fault.kind for fault in second.faults] == [FaultKind.CRASH]
    assert second.thoughts == {0: {"value": 1.5, "why": ("because", None)}}
    verify(second, CARDS)


@dataclass(frozen=True)
class Take:
    """An action that is a dataclass."""

    counters: int


class TakingPile(NimPile):
    """Nim whose actions are dataclasses."""

    classes: ClassVar[tuple[type, ...]] = (Take,)

    def legal(self, state: Pile, player: int) -> Legal[Any]:
        return Listed(tuple(map(Take, super().legal(state, player))))  # type: ignore[call-overload]

    def step(self, state: Pile, actions: Any) -> Pile:
        return super().step(state, {player: action.counters for player, action in actions.items()})


def test_actions_of_a_game_s_own_classes_survive() -> None:
    """Given the game, its classes are rebuilt; without it, the registry is asked, and says what it does not know."""
    game: Game[Any, Any, Any] = TakingPile(5)
    record = play(game, [Uniform()] * 2, 1)
    data = write_records([record])
    assert read_records(data, game) == [record]
    assert isinstance(record.actions[0], Take)
    with pytest.raises(UnknownName, match="unknown game 'nim-pile'"):
        read_records(data)
    with pytest.raises(
        CorruptRecord, match=r"match 0: BadInput: expected one of the classes \[\], got 'Take'"
    ):
        read_records(data, NimPile())


def test_blocks_share_what_they_must() -> None:
    """Only matches of one game, under the same conditions, make a block."""
    with pytest.raises(BadInput, match="expected the records of a block, got none"):
        write_records([])
    other = dataclasses.replace(block_one(), conditions=Conditions(retries=1))
    with pytest.raises(BadInput, match="to share their conditions, got Conditions"):
        write_records([block_one(), other])
    with pytest.raises(BadInput, match="expected plain data"):
        write_records([dataclasses.replace(block_one(), actions=(object(),))])


def test_what_matches_share_stands_once() -> None:
    """A block of many matches is much smaller than as many files."""
    records = [play(CARDS, [Keeper(), Uniform()], seed) for seed in range(20)]
    assert len(write_records(records)) < 20 * len(write_records(records[:1])) / 3


DATA = write_records([block_one(), dataclasses.replace(block_one(), seed=3)])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected b'AREC' at byte 0, got b''"),
        (b"PK\x03\x04", "expected b'AREC' at byte 0"),
        (b"AREC", "ends at byte 4, before the format version"),
        (DATA[:5], "from byte 5 does not unpack"),
        (DATA[:-1], f"it ends at byte {len(DATA) - 1}, inside the compressed part"),
        (DATA[:40], "it ends at byte 40, inside"),
        (DATA + b"x", f"expected its end at byte {len(DATA)}, got more"),
        (DATA + DATA, f"expected its end at byte {len(DATA)}, got more"),
        (packed(b"no json"), "damaged record: Expecting value"),
        (packed(b"[1]"), "at head: expected an object, got list"),
        (packed(b"{}"), "at head: KeyError: 'game'"),
        (packed(b"[" * 100_000), "damaged record"),
        (packed(b"\xff\xfe"), "damaged record"),
    ],
)
def test_damage_is_named_with_its_place(data: bytes, message: str) -> None:
    """Bytes that are no record are refused, not read wrongly."""
    with pytest.raises(CorruptRecord, match=message):
        read_records(data)


@given(st.integers(5, len(DATA) - 1), st.integers(1, 255))
def test_every_flipped_byte_is_found(place: int, flip: int) -> None:
    """The checksum covers the whole document."""
    damaged = bytearray(DATA)
    damaged[place] ^= flip
    with pytest.raises(CorruptRecord):
        read_records(bytes(damaged))


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(data: bytes) -> None:
    """Nothing but CorruptRecord and UnknownFormat comes of hostile bytes."""
    for hostile in (data, MAGIC + data, MAGIC + b"\x01" + data, packed(data)):
        with pytest.raises((CorruptRecord, UnknownFormat)):
            read_records(hostile)


def test_a_file_that_unpacks_without_end_is_refused() -> None:
    """Two gigabytes of zeros in a few bytes, and a frame that does not say how much it holds."""
    frame = zstandard.ZstdCompressor(level=1).compressobj(size=1 << 31)
    head = frame.compress(bytes(1 << 20)) + frame.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    with pytest.raises(CorruptRecord, match="says it unpacks to 2147483648 bytes"):
        read_records(MAGIC + b"\x01" + head)
    silent = zstandard.ZstdCompressor().compressobj()
    endless = silent.compress(b"{}") + silent.flush()
    with pytest.raises(CorruptRecord, match="says it unpacks to"):
        read_records(MAGIC + b"\x01" + endless)


def test_newer_formats_are_refused_by_number() -> None:
    """A reader knows what it can read."""
    with pytest.raises(UnknownFormat, match="record format 9 at byte 4; this version reads 1"):
        read_records(MAGIC + bytes([9]) + DATA[5:])
    assert FORMAT == 1


FIELDS: list[tuple[str, Any]] = [
    ("seed", -1),
    ("seed", 2**64),
    ("seed", "7"),
    ("seed", True),
    ("player_seeds", {"$t": [1]}),
    ("player_seeds", [1]),
    ("player_seeds", 12),
    ("player_seeds", {"$t": [1, 2**64]}),
    ("seats", [0, 7]),
    ("seats", [0]),
    ("actions", "keep"),
    ("micros", [1]),
    ("micros", {"$t": [1]}),
    ("decisions", {"$t": [1, 2, 3]}),
    ("spent", {"$t": [1, -2]}),
    ("simulated", {"$t": [1]}),
    ("faults", {"$t": [1]}),
    ("faults", {"$t": [{"$c": ["Fault", {"kind": "bored", "player": 0, "ply": 1, "message": ""}]}]}),
    ("faults", {"$t": [{"$c": ["Fault", {"kind": "crash", "player": 5, "ply": 1, "message": ""}]}]}),
    ("outcome", None),
    ("outcome", {"$c": ["Outcome", {"returns": {"$t": [1.0]}, "reason": "x"}]}),
    ("scores", {"$t": [1.0, "2"]}),
    ("digests", "ff"),
    ("steps", 1.5),
    ("thoughts", {"99": 1}),
    ("thoughts", {"x": 1}),
]


@pytest.mark.parametrize(("field", "value"), FIELDS, ids=str)
def test_every_field_is_checked(field: str, value: Any) -> None:
    """A well packed document with a field of the wrong kind is refused, and the message names the match."""

    def change(document: dict[str, Any]) -> None:
        document["matches"][1][field] = value

    with pytest.raises(CorruptRecord, match="damaged record at match 1: "):
        read_records(rewritten(DATA, change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(matches=[]), "it holds no match"),
        (lambda document: document.pop("agents"), "at head: KeyError: 'agents'"),
        (lambda document: document.update(game=5), "match 0: ValueError: game: expected a spelling, got '5'"),
        (lambda document: document.update(game_version=-1), "game_version: expected a whole number"),
        (lambda document: document.update(software=["numpy"]), "software: expected names and versions"),
        (lambda document: document["conditions"]["$c"][1].update(access="all"), "at head: ValueError: 'all'"),
        (lambda document: document["conditions"]["$c"][1].update(retries=-1), "at head: BadParameter"),
        (lambda document: document["conditions"]["$c"].__setitem__(0, "Path"), "at head: BadInput"),
        (lambda document: document["matches"][0].update(surprise=1), "at match 0: TypeError"),
        (lambda document: document["matches"].__setitem__(0, 5), "at match 0: TypeError"),
        (lambda document: document.update(agents=[1, 2]), "seats: expected a seat for each player"),
    ],
)
def test_every_part_of_the_document_is_checked(
    change: Callable[[dict[str, Any]], None], message: str
) -> None:
    """The head as well as the matches."""

    def changed(document: dict[str, Any]) -> None:
        change(document)

    with pytest.raises(CorruptRecord, match=message):
        read_records(rewritten(DATA, changed))


def test_a_seat_s_record_is_made_once() -> None:
    """An agent is spelled and digested once, however many matches it plays; agents without plain data are refused."""
    asked: list[str] = []

    @dataclass(frozen=True)
    class Counted(Keeper):
        inner: Any = None

        def digest(self) -> str:
            asked.append("digest")
            return super().digest()

    agent = Counted()
    first = SeatRecord.of(agent)
    assert SeatRecord.of(agent) is first
    assert asked == ["digest"]
    with pytest.raises(BadInput, match="expected plain data"):
        play(CARDS, [Counted(object()), Keeper()], 1)


def test_software_is_named() -> None:
    """A record says with what it was played."""
    assert {"agent-arena", "python", "numpy", "numba"} == set(software_versions())
    assert play(CARDS, [Keeper()] * 2, 1).software == software_versions()
