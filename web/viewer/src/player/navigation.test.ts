import { describe, expect, it } from "vitest";
import { beginsTurn, firstDifference, frameAtPly, turnFrom } from "./navigation";
import { action, frameOf, match } from "./testing";

describe("turns", () => {
  const frames = match([0, 0, 1, 1, 0, 0, 1, 1]);

  it("lead to the next turn of the same player", () => {
    expect(turnFrom(frames, 0, 1)).toBe(4);
    expect(turnFrom(frames, 1, 1)).toBe(4);
    expect(turnFrom(frames, 3, 1)).toBe(6);
  });

  it("lead back to where a turn began, one's own first", () => {
    expect(turnFrom(frames, 5, -1)).toBe(4);
    expect(turnFrom(frames, 4, -1)).toBe(0);
    expect(turnFrom(frames, 6, -1)).toBe(2);
  });

  it("end at the ends", () => {
    expect(turnFrom(frames, 6, 1)).toBe(8);
    expect(turnFrom(frames, 2, -1)).toBe(0);
    expect(turnFrom(frames, 8, -1)).toBe(6);
  });

  it("are ten frames where only one player acts", () => {
    const alone = match(Array.from({ length: 30 }, () => 0));
    expect(turnFrom(alone, 5, 1)).toBe(15);
    expect(turnFrom(alone, 5, -1)).toBe(0);
  });

  it("are two where the scene counts two", () => {
    const twice = [1, 2].map((turn, index) => frameOf(index, { actors: [0] }, { turn }));
    expect([beginsTurn(twice, 0, 0), beginsTurn(twice, 1, 0), beginsTurn(twice, 1, 1)]).toEqual([true, true, false]);
  });
});

it("finds the frame of a ply where several act at once", () => {
  const frames = [0, 2, 4].map((ply, index) => frameOf(index, { ply }));
  expect([0, 1, 2, 3, 4, 99].map((ply) => frameAtPly(frames, ply))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(frameAtPly([], 3)).toBeLessThanOrEqual(0);
});

describe("the first difference", () => {
  const one = match([0, 1, 0]);

  it("is where the actions part", () => {
    const other = one.map((frame) => (frame.index === 1 ? { ...frame, actions: [action(1, "call")] } : frame));
    expect(firstDifference(one, other)).toBe(1);
  });

  it("is where one match goes on", () => {
    expect(firstDifference(one, one.slice(0, 3))).toBe(3);
    expect(firstDifference(one, match([0, 1]))).toBe(2);
  });

  it("is nowhere between equal matches", () => {
    expect(firstDifference(one, match([0, 1, 0]))).toBeNull();
  });
});
