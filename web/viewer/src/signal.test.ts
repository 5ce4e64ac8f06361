import { describe, expect, it } from "vitest";
import { effect, signal } from "./signal";

describe("a value that is followed", () => {
  it("runs what read it when it changes, and only then", () => {
    const [one, other] = [signal(1), signal(10)];
    const seen: number[] = [];
    effect(() => void seen.push(one.value + other.peek()));
    one.value = 2;
    one.value = 2;
    other.value = 20;
    one.value = 3;
    expect(seen).toEqual([11, 12, 23]);
  });

  it("follows what the last run read", () => {
    const [which, left, right] = [signal("left"), signal(1), signal(2)];
    const seen: number[] = [];
    effect(() => void seen.push(which.value === "left" ? left.value : right.value));
    which.value = "right";
    left.value = 5;
    right.value = 6;
    expect(seen).toEqual([1, 2, 6]);
  });

  it("undoes a run before the next one, and at the end", () => {
    const value = signal("a");
    const told: string[] = [];
    const stop = effect(() => {
      const now = value.value;
      told.push(now);
      return () => told.push(`not ${now}`);
    });
    value.value = "b";
    stop();
    value.value = "c";
    expect(told).toEqual(["a", "not a", "b", "not b"]);
  });

  it("comes to rest where an effect changes what it reads", () => {
    const count = signal(0);
    effect(() => {
      if (count.value < 5) count.value += 1;
    });
    expect(count.value).toBe(5);
  });

  it("keeps an inner effect from being taken for the outer one's reading", () => {
    const [outer, inner] = [signal(0), signal(0)];
    let runs = 0;
    effect(() => {
      runs += 1;
      void outer.value;
      effect(() => void inner.value);
    });
    inner.value = 1;
    expect(runs).toBe(1);
  });
});
