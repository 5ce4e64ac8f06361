import { expect, it } from "vitest";
import { match } from "./testing";
import { frameAtX, pathOf, plotsOf, seriesSeen, valueAt, xOf } from "./timeline";

const frames = match([0, 1, 0, 1]);
const plots = plotsOf([{ name: "hand worth", unit: "points", seat: 0, points: [[0, 10], [2, 4]] }], frames);
const canvas = { width: 116, height: 56, inset: 8, count: 5 };

it("turns plies into places and back", () => {
  expect([0, 2, 4].map((frame) => xOf(frame, canvas))).toEqual([8, 58, 108]);
  expect([-5, 8, 60, 500].map((x) => frameAtX(x, canvas))).toEqual([0, 0, 2, 4]);
});

it("draws steps and knows the value that holds", () => {
  const plot = plots[0];
  const curve = plot?.curves[0];
  expect(plot && curve && pathOf(curve, plot, canvas)).toBe("M8.0 8.0H58.0V32.0");
  expect(curve && [0, 1, 2, 4].map((frame) => valueAt(curve, frame))).toEqual([10, 10, 4, 4]);
});

it("keeps from a viewpoint what it may not know", () => {
  const series = [0, 1, null].map((seat) => ({ name: "hand worth", unit: "points", seat, points: [] }));
  const seats = (view: "open" | "public" | number): readonly (number | null)[] => seriesSeen(series, view).map(({ seat }) => seat);
  expect(seats("open")).toEqual([0, 1, null]);
  expect(seats(1)).toEqual([1, null]);
  expect(seats("public")).toEqual([null]);
});
