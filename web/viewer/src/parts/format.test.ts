import { describe, expect, it } from "vitest";
import { commonDecimals, count, decimalsFor, duration, halfWidth, inWords, NONE, number, percent, perDecision, pValue, ranks, signed, THIN } from "./format";

describe("number", () => {
  it("has a true minus sign, commas, and none at zero", () => {
    expect(number(-1234.56, 1)).toBe("\u22121,234.6");
    expect(number(-0.004, 2)).toBe("0.00");
    expect(number(null)).toBe(NONE);
    expect(number(Number.NaN)).toBe(NONE);
  });

  it("shows its sign where asked", () => {
    expect(signed(7.25, 1)).toBe("+7.3");
    expect(signed(-7, 0)).toBe("\u22127");
    expect(signed(0.001, 1)).toBe("0.0");
  });
});

describe("decimals", () => {
  it("show two significant digits of an uncertainty", () => {
    expect([123, 12.3, 1.23, 0.123, 0.0123].map(decimalsFor)).toEqual([0, 0, 1, 2, 3]);
    expect(decimalsFor(null)).toBe(2);
    expect(decimalsFor(0)).toBe(2);
  });

  it("are common to a column, by the middle of its uncertainties", () => {
    expect(commonDecimals([3.4, 3.8, 0.001])).toBe(1);
    expect(commonDecimals([null, null])).toBe(2);
  });
});

describe("estimates", () => {
  it("have half a width only where both ends are known", () => {
    expect(halfWidth({ value: 1, low: 0, high: 3 })).toBe(1.5);
    expect(halfWidth({ value: 1, low: null, high: 3 })).toBeNull();
  });

  it("are said with unit and interval", () => {
    expect(inWords({ value: 7.31, low: -0.41, high: 15.04 }, "coins/round")).toBe(`7.3 coins/round, 95${THIN}% interval \u22120.4 to 15.0`);
    expect(inWords({ value: 7.31, low: null, high: null }, "coins")).toBe("7.31 coins, no interval yet");
  });
});

describe("other quantities", () => {
  it("read as people write them", () => {
    expect(percent(0.344)).toBe(`34${THIN}%`);
    expect([0.2, 0.0314, 0.0004].map(pValue)).toEqual(["0.20", "0.031", "< 0.001"]);
    expect([0.4, 38, 725, 12000].map(duration)).toEqual([`0.4${THIN}s`, `38${THIN}s`, `12${THIN}min 5${THIN}s`, `3${THIN}h 20${THIN}min`]);
    expect(duration(59.7)).toBe(`1${THIN}min 0${THIN}s`);
    expect([0.0015, 0.5, 4.14, 250, 12000].map(perDecision)).toEqual([`1.5${THIN}µs`, `500${THIN}µs`, `4.1${THIN}ms`, `250${THIN}ms`, `12${THIN}s`]);
    expect([ranks(2, 2), ranks(1, 3)]).toEqual(["2", "1–3"]);
    expect([count(1, "match", "matches"), count(1200, "block")]).toEqual(["1 match", "1,200 blocks"]);
  });
});
