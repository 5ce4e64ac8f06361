import { describe, expect, it } from "vitest";
import { inWords, orderOf } from "./cards";
import { choicesOf, hintOf, mayJoin, throwOf, toggled } from "./choosing";
import { atShowdown, type RoundResult, type TableState } from "./model";
import { sentenceOf } from "./showdown";

const NAMES = ["Asha", "Bimal", "Chitra"];

function table(wealth: readonly number[], result: RoundResult | null = null, economy: "coins" | "points" = "coins"): TableState {
  const seats = wealth.map((coins, seat) => ({ seat, cards: [null], known: [], value: null, wealth: coins, toMove: seat === 0, starter: false, out: false }));
  return { phase: "discard", turn: 1, round: 2, callAt: 5, economy, stock: 9, dead: 0, live: [], open: [], thrown: [], seats, result, fresh: result !== null };
}

function result(reason: string, caller: number | null, winner: number | null, values: readonly number[]): RoundResult {
  return { reason, caller, winner, values, hands: values.map(() => ["A♣"]) };
}

describe("the end of a round in words", () => {
  const start = table([10, 10, 10]);

  it("tells who calls wrongly, who wins, who pays", () => {
    const after = table([-51, 71, 10], result("a wrong call", 0, 1, [4, 3, 54]));
    expect(sentenceOf(start, after, NAMES)).toBe("Asha calls with 4; Bimal shows 3 and wins; Asha pays 61.");
    const tie = table([-48, 68, 10], result("a wrong call", 0, 1, [4, 4, 50]));
    expect(sentenceOf(start, tie, NAMES)).toContain("Bimal shows 4 as well and wins");
  });

  it("tells what a right call collects", () => {
    const after = table([30, -2, 2], result("a right call", 0, 0, [4, 12, 8]));
    expect(sentenceOf(start, after, NAMES)).toBe("Asha calls with 4 and wins 20; Bimal pays 12 and Chitra 8.");
    expect(sentenceOf(start, after, ["you", "Bimal", "Chitra"])).toBe("You call with 4 and win 20; Bimal pays 12 and Chitra 8.");
    expect(sentenceOf(start, after, ["Asha", "you", "Chitra"])).toBe("Asha calls with 4 and wins 20; you pay 12 and Chitra 8.");
    expect(sentenceOf(null, after, NAMES)).toBe("Asha calls with 4 and wins.");
  });

  it("tells of points, which nobody wants", () => {
    const after = table([10, 22, 18], result("a right call", 0, 0, [4, 12, 8]), "points");
    expect(sentenceOf(start, after, NAMES)).toBe("Asha calls with 4 and wins; Bimal takes 12 and Chitra 8.");
    const halved = table([10, 5, 18], result("a right call", 0, 0, [4, 12, 8]), "points");
    expect(sentenceOf(start, halved, NAMES)).toBe("Asha calls with 4 and wins; Chitra takes 8; Bimal is relieved of 5.");
  });

  it("tells of rounds that nobody ended", () => {
    expect(sentenceOf(start, table([10, 10, 10], result("the turn cap", null, null, [4, 12, 8])), NAMES)).toMatch(/^The round is cut .*nobody has called\.$/);
    expect(sentenceOf(start, start, NAMES)).toBe("");
  });

  it("shows the hands of the round that is over", () => {
    const shown = atShowdown(table([10, 10, 10], result("a right call", 0, 0, [4, 12, 8])));
    expect([shown.round, shown.seats[1]?.cards, shown.seats[1]?.value, shown.seats[0]?.toMove]).toEqual([1, ["A♣"], 12, false]);
  });
});

describe("building a move", () => {
  const moves = ["discard 7♣", "discard 8♣", "discard 9♣", "discard 7♦", "discard 7♣ 7♦", "discard 7♣ 8♣ 9♣", "call"];
  const choices = choicesOf(moves.map((says) => ({ says, cards: says.split(" ").slice(1), kind: null })));

  it("knows what may join", () => {
    expect(mayJoin(choices, ["7♣"], "7♦")).toBe(true);
    expect(mayJoin(choices, ["7♣", "7♦"], "8♣")).toBe(false);
    expect(choices.call).toBe("call");
  });

  it("begins anew with a card that does not go with the others", () => {
    expect(toggled(choices, ["7♣", "7♦"], "8♣")).toEqual(["8♣"]);
    expect(toggled(choices, ["7♣"], "8♣")).toEqual(["7♣", "8♣"]);
    expect(toggled(choices, ["7♣", "8♣"], "7♣")).toEqual(["8♣"]);
    expect(toggled(choices, ["7♣"], "K♠")).toEqual(["7♣"]);
  });

  it("names the throw in any order of clicks, or says what is missing", () => {
    expect(throwOf(choices, ["9♣", "7♣", "8♣"])).toBe("discard 7♣ 8♣ 9♣");
    expect(throwOf(choices, ["7♣", "8♣"])).toBeNull();
    expect(hintOf(choices, ["7♣", "8♣"])).not.toBe("");
    expect(hintOf(choices, ["7♣"])).toBe("");
  });

  it("reads what may be taken from the words where the server tells no more", () => {
    const taking = choicesOf(["take stock", "take 5♦", "take R★"].map((says) => ({ says, cards: null, kind: null })));
    expect([taking.stock, [...taking.takes], taking.throws]).toEqual(["take stock", [["5♦", "take 5♦"], ["R★", "take R★"]], []]);
  });
});

it("names and orders cards", () => {
  expect(["10♦", "A♠", "R★", "B★"].map(inWords)).toEqual(["10 of diamonds", "ace of spades", "red joker", "black joker"]);
  expect(["A♣", "2♣", "K♠", "R★", "B★"].map(orderOf)).toEqual([0, 4, 51, 52, 53]);
});
