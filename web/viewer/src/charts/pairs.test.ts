import { describe, expect, it } from "vitest";
import type { PairRow } from "../api/types";
import { byDistance, meetingInWords, pairIndex, pairKey, seenFrom } from "./pairs";

const pair = (first: number, second: number, value: number, better: number | null = null): PairRow => ({
  first,
  second,
  difference: { value, low: value - 2, high: value + 1, se: 0.7 },
  p: 0.0004,
  p_holm: 0.02,
  test: "t test",
  better,
  identical: false,
  d_z: 0.4,
  blocks: 40,
});

describe("seenFrom", () => {
  it("turns sign and interval for the second agent", () => {
    expect(seenFrom(pair(0, 1, 5), 1)).toMatchObject({ row: 1, column: 0, difference: { value: -5, low: -6, high: -3 } });
    expect(seenFrom(pair(0, 1, 5), 0).difference).toMatchObject({ value: 5, low: 3, high: 6 });
  });
});

describe("byDistance", () => {
  it("puts the one that is better first, the widest apart on top", () => {
    const found = byDistance([pair(0, 1, 1), pair(0, 2, -7)], true);
    expect(found.map(({ row, column }) => [row, column])).toEqual([
      [2, 0],
      [0, 1],
    ]);
  });

  it("knows that less may be better", () => {
    expect(byDistance([pair(0, 1, 1)], false)[0]).toMatchObject({ row: 1, column: 0, difference: { value: -1 } });
  });
});

describe("pairIndex", () => {
  it("finds a pair in either order", () => {
    const only = pair(3, 1, 2);
    expect(pairIndex([only]).get(pairKey(1, 3))).toBe(only);
  });
});

describe("meetingInWords", () => {
  it("says difference, interval, p, blocks and test", () => {
    const names = new Map([
      [0, "greedy"],
      [1, "random"],
    ]);
    expect(meetingInWords(seenFrom(pair(0, 1, 5, 0), 0), { names, unit: "coins", decimals: 1, correction: "Holm" })).toBe(
      "greedy less random: 5.0 coins, 95\u202f% interval 3.0 to 6.0; p < 0.001, after Holm = 0.020, significant; 40 blocks, t test.",
    );
  });
});
