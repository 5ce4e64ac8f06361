import { describe, expect, it } from "vitest";
import { agentsOf, commandOf, complaint, FRESH, gameOf, requestOf, type Wish } from "./request";

const wish = (part: Partial<Wish>): Wish => ({ ...FRESH, game: "dhumbal", agents: ["greedy", "random"], ...part });

describe("a wish", () => {
  it("spells the game with its table and rules", () => {
    expect(gameOf(wish({}))).toBe("dhumbal");
    expect(gameOf(wish({ players: "2", preset: "np10" }))).toBe("dhumbal(players=2, rules=np10)");
  });

  it("keeps commas within brackets, and names each agent once", () => {
    expect(agentsOf(wish({ more: "ismcts(simulations=50, nodes=player), random" }))).toEqual(["greedy", "random", "ismcts(simulations=50, nodes=player)"]);
  });

  it("becomes the body of a request", () => {
    expect(requestOf(wish({ seed: "7" }))).toEqual({ game: "dhumbal", agents: ["greedy", "random"], format: "round-robin", blocks: 400, simulations: 200, seed: 7 });
    expect(requestOf(wish({ stop: "decided", blocks: "", simulations: "" }))).toEqual({ game: "dhumbal", agents: ["greedy", "random"], format: "round-robin", until: "decided" });
    expect(requestOf(wish({ stop: "time", minutes: "1.5", simulations: "" }))).toEqual({ game: "dhumbal", agents: ["greedy", "random"], format: "round-robin", seconds: 90 });
  });

  it("becomes a command", () => {
    expect(commandOf(wish({ stop: "blocks", simulations: "", players: "2" }))).toBe("arena tournament dhumbal --players 2 --agents greedy,random --blocks 400");
    expect(commandOf(wish({ stop: "time", agents: [], more: "mcts(worlds=4)", simulations: "" }))).toBe("arena tournament dhumbal --agents 'mcts(worlds=4)' --time 300s");
  });

  it("is complained about in a sentence", () => {
    expect(complaint(wish({}))).toBeNull();
    expect(complaint(wish({ agents: ["greedy"] }))).toBe("Choose two agents or more.");
    expect(complaint(wish({ blocks: "many" }))).toMatch(/blocks/);
    expect(complaint(wish({ blocks: "" }))).toMatch(/blocks/);
    expect(complaint(wish({ stop: "decided", blocks: "" }))).toBeNull();
    expect(complaint(wish({ stop: "time", minutes: "0" }))).toMatch(/minutes/);
    expect(complaint(wish({ seed: "-1" }))).toMatch(/seed/);
  });
});
