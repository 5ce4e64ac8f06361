import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BEAT_MS, LOOK, nearestSpeed, Playback } from "./playback";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a playback", () => {
  it("stays between the first and the last frame", () => {
    const playback = new Playback({ count: 5 });
    playback.seek(99);
    expect(playback.index.value).toBe(4);
    playback.step(-9);
    expect(playback.index.value).toBe(0);
  });

  it("goes on by itself, faster at a higher speed, and stops at the end", () => {
    const playback = new Playback({ count: 4, speed: 2 });
    playback.play();
    vi.advanceTimersByTime(BEAT_MS / 2);
    expect(playback.index.value).toBe(1);
    vi.advanceTimersByTime(BEAT_MS);
    expect([playback.index.value, playback.playing.value]).toEqual([3, false]);
  });

  it("stays longer where there is something to see", () => {
    const playback = new Playback({ count: 4, worthALook: new Set([1]), start: 1 });
    playback.play();
    vi.advanceTimersByTime(BEAT_MS * (LOOK - 0.5));
    expect(playback.index.value).toBe(1);
    vi.advanceTimersByTime(BEAT_MS);
    expect(playback.index.value).toBe(2);
  });

  it("begins anew when it is played at the end", () => {
    const playback = new Playback({ count: 3, start: 2 });
    playback.toggle();
    expect([playback.index.value, playback.playing.value]).toEqual([0, true]);
    playback.step(1);
    expect(playback.playing.value).toBe(false);
  });

  it("knows its speeds", () => {
    const playback = new Playback({ count: 3, speed: 8 });
    playback.changeSpeed(1);
    expect(playback.speed.value).toBe(8);
    playback.changeSpeed(-1);
    expect(playback.speed.value).toBe(4);
    expect([nearestSpeed(0), nearestSpeed(0.3), nearestSpeed(3), nearestSpeed(100)]).toEqual([1, 0.25, 4, 8]);
  });
});
