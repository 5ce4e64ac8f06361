import { describe, expect, it } from "vitest";
import { COLOURS, colourOf, identityOf, SHAPES } from "./identity";

const BUILT_IN = ["random", "aggressive", "balanced", "conservative", "greedy", "opportunistic", "tuned", "ismcts", "mcts", "montecarlo"];

describe("identityOf", () => {
  it("never changes, so that links and pictures made earlier stay right", () => {
    expect(BUILT_IN.map((name) => identityOf(name).colour)).toEqual([9, 7, 0, 6, 2, 1, 3, 5, 4, 8]);
    expect(identityOf("greedy")).toEqual({ colour: 2, shape: "ring" });
    expect(identityOf("ismcts(simulations=50)")).toEqual(identityOf("ismcts(simulations=50)"));
  });

  it("gives the built-in agents different colours", () => {
    expect(new Set(BUILT_IN.map((name) => identityOf(name).colour)).size).toBe(BUILT_IN.length);
  });

  it("spreads other names over all colours and shapes", () => {
    const many = Array.from({ length: 500 }, (_, index) => identityOf(`agent-${index}`));
    expect(new Set(many.map(({ colour }) => colour)).size).toBe(COLOURS);
    expect(new Set(many.map(({ shape }) => shape)).size).toBe(SHAPES.length);
  });

  it("is read as a variable of the page", () => {
    expect(colourOf("greedy")).toBe("var(--agent-2)");
  });
});
