import { describe, expect, it } from "vitest";
import type { AgentCard, Frame, GameDetail, TableScenery } from "../api/types";
import { placeOf, rankOf } from "./Ending";
import { finalReason, lineAddress, waitFor } from "./line";
import { after, isAsked } from "./seen";
import { chairIn } from "./storage";
import { fitted, FRESH, GUEST, ME, moved, opponents, requestOf } from "./wish";

function agent(name: string, family = "heuristic", access = "view"): AgentCard {
  return { name, version: 1, family, summary: name, games: [], roles: [], deterministic: true, access };
}

const AGENTS = [agent("random", "baseline"), agent("greedy"), agent("tuned"), agent("human", "human"), agent("peeker", "search", "state")];
const GAME = {
  name: "dhumbal",
  players: 4,
  table_sizes: [2, 3, 4, 5],
  presets: [{ name: "np10", summary: "" }],
  parameters: [{ name: "match" }, { name: "rounds" }],
} as unknown as GameDetail;

describe("the form of a table", () => {
  it("offers agents that play fair, those of chance last", () => {
    expect(opponents(AGENTS).map(({ name }) => name)).toEqual(["greedy", "tuned", "random"]);
  });

  it("fills the seats of the game, the reader on one of them", () => {
    const wish = fitted(FRESH, GAME, AGENTS);
    expect(wish.seats).toEqual([ME, "tuned", "greedy", "random"]);
    expect(fitted(wish, GAME, AGENTS, 2).seats).toEqual([ME, "tuned"]);
    expect(fitted(wish, GAME, AGENTS, 9).seats).toHaveLength(4);
    expect(fitted({ ...wish, seats: ["greedy", "unknown", ME, GUEST] }, GAME, AGENTS).seats.slice(0, 3)).toEqual(["greedy", ME, GUEST]);
    expect(fitted({ ...wish, seats: ["greedy", "tuned", ME] }, GAME, AGENTS, 2).seats).toEqual([ME, "greedy"]);
    expect(fitted({ ...wish, preset: "other" }, GAME, AGENTS).preset).toBe("");
  });

  it("moves seats", () => {
    expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
  });

  it("makes a request", () => {
    const wish = { ...FRESH, game: "dhumbal", seats: [ME, "greedy", GUEST] };
    expect(requestOf(wish)).toEqual({ game: "dhumbal", seats: ["human", "greedy", "human"], simulations: 1000 });
    expect(requestOf({ ...wish, preset: "np10", rounds: "3" }).game).toBe("dhumbal(rules=np10, match=rounds, rounds=3)");
  });
});

describe("the line to a table", () => {
  it("has an address", () => {
    expect(lineAddress({ protocol: "https:", host: "arena.example" }, "t-1", "a b")).toBe("wss://arena.example/api/v1/tables/t-1/play?key=a%20b");
  });

  it("waits longer from try to try", () => {
    expect([0, 1, 99].map(waitFor)).toEqual([400, 800, 5000]);
  });

  it("knows when there is nothing to try again", () => {
    expect([4001, 4004, 4008, 1006, 1001].map(finalReason)).toEqual(["replaced", "unknown", "idle", null, null]);
  });

  it("takes a seat from a link", () => {
    expect(chairIn("#2.abcdefghij-_K")).toEqual({ seat: 2, key: "abcdefghij-_K" });
    for (const hash of ["", "#2", "#x.abcdefghijk", "#2.<script>aaaaaa"]) expect(chairIn(hash)).toBeNull();
  });
});

describe("what is seen", () => {
  const frame = (index: number, over = false): Frame => ({
    index,
    ply: index,
    step: index,
    actors: [0],
    actions: [],
    scene: { kind: "text", version: 1, data: {}, text: "", highlights: [] },
    over,
  });
  const event = (index: number): TableScenery => ({
    table: "t-1",
    frame: frame(index),
    history: [{ ply: index - 1, player: 1, says: `move ${index}` }],
    outcome: null,
    match: null,
  });

  it("grows by what was done since", () => {
    const first = after(null, event(3));
    const second = after(first, event(4));
    expect(first.previous).toBeNull();
    expect(second.history.map(({ says }) => says)).toEqual(["move 3", "move 4"]);
    expect(second.previous?.actions.map(({ says }) => says)).toEqual(["move 4"]);
    expect(after(second, event(9)).history).toHaveLength(1);
  });

  it("says whether one is asked", () => {
    const seen = after(null, event(1));
    const move = { says: "call", cards: null, kind: "call" };
    expect(isAsked(seen)).toBe(false);
    expect(isAsked({ ...seen, legal: [move] })).toBe(true);
    expect(isAsked({ ...seen, legal: null })).toBe(true);
    expect(isAsked({ ...seen, legal: null, frame: frame(1, true) })).toBe(false);
  });
});

describe("places", () => {
  it("are shared by equals", () => {
    expect([0, 1, 2].map((seat) => rankOf([5, 9, 5], seat))).toEqual([2, 1, 2]);
  });

  it("are said in words", () => {
    expect(placeOf([5, -5], 0)).toBe("You win");
    expect(placeOf([5, -5], 1)).toBe("You lose");
    expect(placeOf([1, 5, 3, -9], 2)).toBe("You come 2nd of 4");
    expect(placeOf([1, 5, 3, -9], 3)).toBe("You come 4th of 4");
    expect(placeOf([5, 5, -10], 1)).toBe("You share place 1 of 3");
    expect(placeOf([0, 0], 1)).toBe("A draw");
    expect(placeOf([7], 0)).toBe("You score 7");
  });
});
