import { describe, expect, it } from "vitest";
import { along, roundedScale, scaleAround, ticks } from "./scale";

describe("scaleAround", () => {
  it("holds all finite values with room", () => {
    expect(scaleAround([0, null, 10, Number.POSITIVE_INFINITY], 0.1)).toEqual({ low: -1, high: 11 });
  });

  it("has a length even where all values are one, or there is none", () => {
    const { low, high } = scaleAround([5, 5]);
    expect(high).toBeGreaterThan(low);
    expect(scaleAround([])).toEqual({ low: 0, high: 1 });
  });
});

describe("roundedScale", () => {
  it("stays where it is when values move a little", () => {
    expect(roundedScale([-29.4, 22.8])).toEqual(roundedScale([-28.9, 22.1]));
    expect(roundedScale([-29.4, 22.8])).toEqual({ low: -30, high: 30 });
  });
});

describe("along", () => {
  it("says percent, and keeps what lies beyond at the edge", () => {
    const scale = { low: -10, high: 10 };
    expect([-10, 0, 5, 99].map((value) => along(scale, value))).toEqual([0, 50, 75, 100]);
  });
});

describe("ticks", () => {
  it("are round, ascending, with common decimals", () => {
    expect(ticks({ low: -1, high: 11 }).map(({ text }) => text)).toEqual(["0.0", "2.5", "5.0", "7.5", "10.0"]);
    expect(ticks({ low: -0.3, high: 0.3 }, 3).map(({ text }) => text)).toEqual(["\u22120.2", "0.0", "0.2"]);
    expect(ticks({ low: 1, high: 1 })).toEqual([]);
  });
});
