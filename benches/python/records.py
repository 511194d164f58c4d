"""The records of the Rust benches, made from the same seeds with the same generator: both work on the same data.

`seven` is `benches/src/seven.rs`: columns with 3 % of the values missing. `whole` and `gapped` are
`benches/peers/src/record.rs`: a dict a record, with every field present, or with some of them None.
"""

import dataclasses

import numpy

FIELDS = ("age", "felon", "weapon", "injury", "charges", "breaches", "calls")
FLAGS = ("felon", "weapon", "injury")


@dataclasses.dataclass
class Column:
    """Values, and which of them are there. Where one is not, its value may be anything."""

    values: numpy.ndarray
    known: numpy.ndarray


class SplitMix:
    """The SplitMix64 generator, one number or many at a time."""

    _STEP = 0x9E37_79B9_7F4A_7C15
    _MASK = (1 << 64) - 1

    def __init__(self, seed):
        self._state = seed & self._MASK

    def next(self):
        """The next 64 bits."""
        self._state = z = (self._state + self._STEP) & self._MASK
        z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & self._MASK
        z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & self._MASK
        return z ^ (z >> 31)

    def chance(self, probability):
        """True with the given probability."""
        return (self.next() >> 11) < probability * (1 << 53)

    def many(self, count):
        """The next `count` numbers of 64 bits, as an array."""
        z = numpy.uint64(self._state) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(self._STEP)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58_476D_1CE4_E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D0_49BB_1331_11EB)
        self._state = (self._state + count * self._STEP) & self._MASK
        return z ^ (z >> numpy.uint64(31))

    def below(self, below, count):
        """The next `count` numbers below `below`, as an array."""
        return (self.many(count) % numpy.uint64(below)).astype(numpy.int64)


def seven(rows, missing=3):
    """The columns by name: so many rows, with so many percent of the values missing."""
    with numpy.errstate(over="ignore"):
        random = SplitMix(7)

        def column(values):
            return Column(values, random.below(100, rows) >= missing)

        def few():
            # Two numbers a row: whether there are charges, and whether there are several.
            drawn = random.many(2 * rows)
            some = (drawn[0::2] % numpy.uint64(1000)).astype(numpy.int64) // 620
            return some * (1 + (drawn[1::2] % numpy.uint64(4)).astype(numpy.int64) // 2)

        age = column(14 + random.below(60, rows))
        charges = column(few())
        breaches = column(random.below(1000, rows) // 940)
        calls = column(random.below(4, rows))
        felon = column(random.below(100, rows) < 12)
        weapon = column(random.below(100, rows) < 14)
        injury = column(random.below(100, rows) < 20)
    return {
        "age": age,
        "felon": felon,
        "weapon": weapon,
        "injury": injury,
        "charges": charges,
        "breaches": breaches,
        "calls": calls,
    }


def whole(count, seed):
    """`count` dicts with every field present."""
    random = SplitMix(seed)

    def few(more):
        number = 0
        while number < 6 and random.chance(more):
            number += 1
        return number

    # A dict's values are worked out in the order they are written in, which is that of the draws.
    return [
        {
            "age": 14 + random.next() % 56,
            "felon": random.chance(0.3),
            "weapon": random.chance(0.2),
            "injury": random.chance(0.2),
            "charges": few(0.45),
            "breaches": few(0.15),
            "calls": few(0.5),
        }
        for _ in range(count)
    ]


def gapped(count, seed, missing=0.03):
    """The dicts of `whole`, each field None with the probability `missing`."""
    random = SplitMix(~seed)
    return [
        {field: None if random.chance(missing) else value for field, value in record.items()}
        for record in whole(count, seed)
    ]
