import { expect, it } from "vitest";
import { commandOf } from "./keys";

const key = (name: string, changes = {}): Parameters<typeof commandOf>[0] => ({ key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...changes });

it("reads keys", () => {
  expect(commandOf(key("ArrowLeft"))).toEqual({ does: "step", by: -1 });
  expect(commandOf(key("ArrowRight", { shiftKey: true }))).toEqual({ does: "turn", by: 1 });
  expect(commandOf(key("ArrowUp"))).toEqual({ does: "speed", by: 1 });
  expect(commandOf(key("0"))).toEqual({ does: "view", view: "public" });
  expect(commandOf(key("3"))).toEqual({ does: "view", view: 2 });
  expect(commandOf(key("O"))).toEqual({ does: "view", view: "open" });
  expect(commandOf(key("?", { shiftKey: true }))).toEqual({ does: "help" });
  expect(commandOf(key("Home"))).toEqual({ does: "start" });
  expect(commandOf(key(" "))).toEqual({ does: "toggle" });
});

it("leaves the browser's own keys alone", () => {
  expect(commandOf(key("ArrowLeft", { altKey: true }))).toBeNull();
  expect(commandOf(key("c", { ctrlKey: true }))).toBeNull();
  expect(commandOf(key("x"))).toBeNull();
});
