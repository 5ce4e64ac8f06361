import { expect, it } from "vitest";
import { commandFrom, messageOf } from "./embedding";

it("takes commands of its own version only", () => {
  expect(commandFrom({ arena: 1, command: "seek", index: 7 })).toEqual({ command: "seek", index: 7 });
  expect(commandFrom({ arena: 1, command: "play", index: 7 })).toEqual({ command: "play" });
  for (const other of [null, "play", { command: "play" }, { arena: 2, command: "play" }, { arena: 1, command: "seek", index: "7" }, { arena: 1, command: "seek", index: Number.NaN }]) {
    expect(commandFrom(other)).toBeNull();
  }
});

it("tells which match it speaks of", () => {
  expect(messageOf("1-0-0-0", { event: "over" })).toEqual({ arena: 1, match: "1-0-0-0", event: "over" });
});
