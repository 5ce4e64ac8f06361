import { describe, expect, it } from "vitest";
import { bandPath, linePath, nearestBlock, settledScale } from "./curves";

const X = { low: 0, high: 10 };
const Y = { low: 0, high: 1 };

describe("paths", () => {
  it("go upwards, and break where there is no value", () => {
    expect(linePath([0, 5, 10], [0, null, 1], X, Y)).toBe("M0.00 100.00M100.00 0.00");
    expect(linePath([0, 5, 10], [0, 0.5, 1], X, Y)).toBe("M0.00 100.00L50.00 50.00L100.00 0.00");
  });

  it("go around a band where it has both ends", () => {
    const curve = { agent: 0, value: [0, 0.5, 0.5], low: [null, 0.25, 0.25], high: [null, 0.75, 0.5] };
    expect(bandPath([0, 5, 10], curve, X, Y)).toBe("M50.00 25.00L100.00 50.00L100.00 75.00L50.00 75.00Z");
    expect(bandPath([0], { agent: 0, value: [1], low: [0], high: [1] }, X, Y)).toBe("");
  });
});

describe("settledScale", () => {
  it("lets wild beginnings go", () => {
    const value = [1000, 1, 1, 1, 1, 1, 1, 1];
    const { high } = settledScale([{ agent: 0, value, low: value.map(() => 0), high: value.map(() => 2) }]);
    expect(high).toBeLessThan(10);
  });
});

describe("nearestBlock", () => {
  it("finds an index by a place", () => {
    expect([0, 0.46, 1].map((place) => nearestBlock([2, 4, 8], X, place))).toEqual([0, 1, 2]);
  });
});
