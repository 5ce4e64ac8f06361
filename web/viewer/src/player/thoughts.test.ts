import { describe, expect, it } from "vitest";
import { barsOf, digits, measureOf, readThoughts } from "./thoughts";

describe("thoughts", () => {
  it("of a search are candidates and facts", () => {
    const { facts, candidates } = readThoughts({
      simulations: 4000,
      compiled: true,
      value: -1.5,
      actions: [
        { action: "take stock", visits: 300, value: 2 },
        { action: "take 5♦", visits: 100, value: null },
      ],
    });
    expect(facts).toEqual([
      { name: "simulations", text: "4,000" },
      { name: "compiled", text: "yes" },
      { name: "value", text: "−1.50" },
    ]);
    expect(candidates.map(({ action, visits, value }) => [action, visits, value])).toEqual([
      ["take stock", 300, 2],
      ["take 5♦", 100, null],
    ]);
    expect(measureOf(candidates)).toBe("visits");
    expect(barsOf(candidates)).toEqual([1, 1 / 3]);
  });

  it("by action are values or shares, the largest first", () => {
    expect(readThoughts({ worth: { a: -2, b: 3 } }).candidates.map((each) => [each.action, each.value])).toEqual([["b", 3], ["a", -2]]);
    expect(readThoughts({ policy: { a: 0.25, b: 0.75 } }).candidates.map((each) => each.probability)).toEqual([0.75, 0.25]);
    expect(barsOf(readThoughts({ worth: { a: -4, b: 2 } }).candidates)).toEqual([0.5, -1]);
  });

  it("on the same actions are told together", () => {
    const { candidates } = readThoughts({ policy: { a: 0.6, b: 0.4 }, worth: { b: 2, a: 1 }, regret: { a: 3 } });
    expect(candidates).toEqual([
      { action: "a", visits: null, value: 1, probability: 0.6, text: "regret 3" },
      { action: "b", visits: null, value: 2, probability: 0.4, text: null },
    ]);
  });

  it("may be numbers, texts, or anything", () => {
    const { facts, texts } = readThoughts({ "chance to be lowest": 0.0063, note: "short", reasoning: "x".repeat(80), more: { deep: [1] } });
    expect(facts).toEqual([
      { name: "chance to be lowest", text: "0.60\u202f%" },
      { name: "note", text: "short" },
    ]);
    expect(texts.map(({ name }) => name)).toEqual(["reasoning", "more"]);
    expect(readThoughts(null)).toEqual({ facts: [], candidates: [], texts: [] });
  });

  it("show as many digits as help", () => {
    expect([12345, -3.14159, 42.42, 0.00123].map(digits)).toEqual(["12,345", "−3.14", "42.4", "0.0012"]);
  });
});
