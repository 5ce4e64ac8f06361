import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame } from "../api/types";
import { Reel, type Moment } from "./reel";

interface Named extends Moment {
  readonly name: string;
}

const SCENE = { kind: "text", version: 1, data: {}, text: "", highlights: [] };

function moment(index: number, name = `m${index}`): Named {
  const frame: Frame = { index, ply: index, step: index, actors: [0], actions: [], scene: SCENE, over: false };
  return { frame, name };
}

describe("a reel", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function reel(holds: (shown: Named) => boolean = () => false): { readonly shown: string[]; readonly reel: Reel<Named> } {
    const shown: string[] = [];
    return { shown, reel: new Reel<Named>({ stepMs: 100, holds, show: ({ name }) => shown.push(name) }) };
  }

  it("shows the first moment at once and the others in their time", () => {
    const { shown, reel: made } = reel();
    for (const index of [4, 5, 6]) made.push(moment(index));
    expect(shown).toEqual(["m4"]);
    vi.advanceTimersByTime(100);
    expect(shown).toEqual(["m4", "m5"]);
    vi.advanceTimersByTime(100);
    expect(shown).toEqual(["m4", "m5", "m6"]);
  });

  it("shows at once what comes after a pause", () => {
    const { shown, reel: made } = reel();
    made.push(moment(0));
    vi.advanceTimersByTime(500);
    made.push(moment(1));
    expect(shown).toEqual(["m0", "m1"]);
  });

  it("stays at the end of a round until the reader goes on", () => {
    const { shown, reel: made } = reel(({ name }) => name === "m1");
    for (const index of [0, 1, 2, 3]) made.push(moment(index));
    vi.advanceTimersByTime(1000);
    expect(shown).toEqual(["m0", "m1"]);
    made.goOn();
    made.goOn();
    expect(shown).toEqual(["m0", "m1", "m2"]);
    vi.advanceTimersByTime(100);
    expect(shown.at(-1)).toBe("m3");
  });

  it("replaces a moment that comes again, and keeps its frame", () => {
    const frames: Frame[] = [];
    const made = new Reel<Named>({ stepMs: 100, holds: () => false, show: ({ frame }) => frames.push(frame) });
    made.push(moment(0));
    made.push(moment(0, "again"));
    expect(frames).toHaveLength(2);
    expect(frames[0]).toBe(frames[1]);
  });

  it("forgets what is old, and does not wait for what a gap has swallowed", () => {
    const { shown, reel: made } = reel();
    for (const index of [0, 1, 2]) made.push(moment(index));
    made.push(moment(9));
    made.push(moment(3));
    expect(shown).toEqual(["m0", "m9"]);
    vi.advanceTimersByTime(1000);
    expect(shown).toEqual(["m0", "m9"]);
  });

  it("shows nothing after its end", () => {
    const { shown, reel: made } = reel();
    made.push(moment(0));
    made.push(moment(1));
    made.dispose();
    vi.advanceTimersByTime(1000);
    expect(shown).toEqual(["m0"]);
  });
});
