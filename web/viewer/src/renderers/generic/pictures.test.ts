import { expect, it } from "vitest";
import { addressOf, gridOf, lettersOf, paint } from "./pictures";

it("finds images", () => {
  expect(addressOf({ src: "/static/a.png" })).toBe("/static/a.png");
  expect(addressOf({ data: "data:image/gif;base64,xx" })).toBe("data:image/gif;base64,xx");
  expect(addressOf({ data: "iVBORw0KGgo=" })).toBe("data:image/png;base64,iVBORw0KGgo=");
  expect(addressOf({ data: "/9j/4AAQ" })).toBe("data:image/jpeg;base64,/9j/4AAQ");
  expect(addressOf({ src: "javascript:alert(1)" })).toBe("data:image/png;base64,javascript:alert(1)");
  expect(addressOf({})).toBeNull();
});

it("finds maps", () => {
  expect(gridOf({ rows: [[1, 2], [3, 4]] })).toEqual([[1, 2], [3, 4]]);
  expect(gridOf({ rows: ["ab"] })).toBeNull();
  expect(lettersOf({ rows: ["ab", "cd"] })).toEqual(["ab", "cd"]);
});

it("paints kinds by a palette, brightness as grey, colours as they are", () => {
  expect([...paint([[0, 1]], [[1, 2, 3], [4, 5, 6]])]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  expect([...paint([[0, 200]], [])]).toEqual([0, 0, 0, 255, 200, 200, 200, 255]);
  expect([...paint([[[9, 8, 7]]], [])]).toEqual([9, 8, 7, 255]);
});
