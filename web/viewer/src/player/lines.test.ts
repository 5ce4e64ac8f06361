import { describe, expect, it } from "vitest";
import { linesOf, spoken } from "./lines";
import { baseName, seatNames } from "./names";
import { detail, match } from "./testing";

describe("lines", () => {
  const frames = match([0, 0, 1]);
  const lines = linesOf(detail(2, { marks: [{ frame: 3, ply: 3, kind: "call", text: "call" }] }), frames);

  it("are one for each frame, and tell what led to it", () => {
    expect(lines.map((line) => line.actions[0]?.says ?? null)).toEqual([null, "move 0", "move 1", "move 2"]);
    expect(lines.map((line) => line.opens)).toEqual([false, true, false, true]);
    expect(lines[3]?.mark).toBe("call");
  });

  it("can be spoken", () => {
    const seats = detail(2).seats;
    expect(frames[0] && lines[0] && spoken(lines[0], frames[0], seats)).toBe("Start. a to move.");
    expect(frames[3] && lines[3] && spoken(lines[3], frames[3], seats)).toBe("Ply 3: b: move 2. The match is over.");
  });
});

it("names seats as briefly as they can be told apart", () => {
  const seats = ["greedy", "ismcts(simulations=50)", "ismcts(simulations=9)", "greedy"].map((name, seat) => ({ seat, agent: name, name, version: null, digest: null }));
  expect(seatNames(seats)).toEqual(["greedy (seat 1)", "ismcts(simulations=50)", "ismcts(simulations=9)", "greedy (seat 4)"]);
  expect(baseName("tuned(weights=none)")).toBe("tuned");
});
