import { describe, expect, it } from "vitest";
import { fan, middleParts, RATIO, row, tableLayout, type Box } from "./layout";

const WIDTHS = [288, 320, 420, 599, 600, 656, 720, 1000, 1400];

function overlap(one: Box, other: Box): boolean {
  const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
  return !apart;
}

describe.each(WIDTHS)("a felt %i pixels wide", (width) => {
  it.each([2, 3, 4, 5])("has room for %i players", (players) => {
    const layout = tableLayout(width, players);
    const boxes = [layout.middle, ...layout.seats.flatMap((seat) => [seat.panel, seat.hand])];
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
    }
    boxes.forEach((box, place) => boxes.slice(place + 1).forEach((other) => expect([box, other, overlap(box, other)]).toEqual([box, other, false])));
  });

  it("puts the one who looks at the bottom", () => {
    const layout = tableLayout(width, 4, 2);
    const lowest = [...layout.seats].sort((one, other) => other.hand.y - one.hand.y)[0];
    expect(lowest?.seat).toBe(2);
    expect(layout.seats.map((seat) => seat.seat)).toEqual([0, 1, 2, 3]);
  });

  it("keeps stock, live and thrown cards within the middle", () => {
    const { middle, card } = tableLayout(width, 4);
    const { stock, live, thrown } = middleParts(middle, card, 5, 5);
    expect(stock.x - card / 2).toBeGreaterThanOrEqual(middle.x - 1);
    expect(live.x).toBeGreaterThan(stock.x + card / 2);
    expect(thrown.x).toBeGreaterThan(live.x + live.width);
    expect(thrown.x + thrown.width).toBeLessThanOrEqual(middle.x + middle.width + 1);
  });
});

describe("a fan", () => {
  const box = { x: 0, y: 0, width: 200, height: 80 };

  it("is symmetric, and every card is to be seen", () => {
    const places = fan(5, box, 50, false);
    expect(places[2]).toEqual({ x: 100, y: 40, turn: 0 });
    expect((places[0]?.x ?? 0) + (places[4]?.x ?? 0)).toBeCloseTo(200);
    expect(places[0]?.turn).toBe(-6);
    for (let place = 1; place < 5; place++) expect((places[place]?.x ?? 0) - (places[place - 1]?.x ?? 0)).toBeGreaterThanOrEqual(20);
  });

  it("closes up where there is little room", () => {
    const places = fan(9, box, 50, true);
    expect((places[0]?.x ?? 0) - 25).toBeGreaterThanOrEqual(0);
    expect((places[8]?.x ?? 0) + 25).toBeLessThanOrEqual(200);
    expect(places.every((place) => place.y === 40)).toBe(true);
  });

  it("may be empty, or one card", () => {
    expect(fan(0, box, 50, false)).toEqual([]);
    expect(row(1, box, 50)).toEqual([{ x: 25, y: 40, turn: 0 }]);
    expect(RATIO).toBeGreaterThan(1);
  });
});
