/** Curves and bands as SVG paths in a box of 100 by 100, which the page stretches. */
import type { Convergence } from "../api/types";
import { identityOf, SHAPES } from "../parts/identity";
import { roundedScale, type Scale } from "./scale";

/** The curve of one agent: values and interval ends, null where there is none. */
export type Curve = Convergence["series"][number];

/** The curves in the order of the ranking. */
export function seriesOrder(data: Convergence, order: readonly number[]): readonly Curve[] {
  const place = new Map(order.map((agent, index) => [agent, index]));
  return [...data.series].sort((a, b) => (place.get(a.agent) ?? 1e9) - (place.get(b.agent) ?? 1e9));
}

/** Dashes by marker, so that curves differ where colours do not. */
const DASHES = ["none", "7 4", "2 3", "10 3 2 3", "5 2"];

/** The dashes of an agent's curve. */
export function dashOf(name: string): string {
  return DASHES[SHAPES.indexOf(identityOf(name).shape) % DASHES.length] ?? "none";
}

/** The share of the blocks from which on intervals must fit: earlier ones are as wide as they like. */
const SETTLED = 0.25;

/** An axis upwards that holds all means of later blocks and their intervals, so that wild beginnings do not flatten the rest. */
export function settledScale(series: readonly Curve[]): Scale {
  return roundedScale(
    series.flatMap(({ value, low, high }) => [value, low, high].flatMap((part) => part.slice(Math.floor(part.length * SETTLED)))),
  );
}

function across(scale: Scale, value: number): number {
  return (100 * (value - scale.low)) / (scale.high - scale.low || 1);
}

function point(x: Scale, y: Scale, block: number, value: number): string {
  return `${across(x, block).toFixed(2)} ${(100 - across(y, value)).toFixed(2)}`;
}

/** The path of a curve; it breaks where there is no value. */
export function linePath(blocks: readonly number[], values: readonly (number | null)[], x: Scale, y: Scale): string {
  let path = "";
  let down = false;
  for (const [index, block] of blocks.entries()) {
    const value = values[index];
    if (value == null) down = false;
    else {
      path += `${down ? "L" : "M"}${point(x, y, block, value)}`;
      down = true;
    }
  }
  return path;
}

/** The path around a band, over the blocks where it has both ends. */
export function bandPath(blocks: readonly number[], { low, high }: Curve, x: Scale, y: Scale): string {
  const there = [...blocks.keys()].filter((index) => low[index] != null && high[index] != null);
  if (there.length < 2) return "";
  const edge = (ends: Curve["low"], at: readonly number[]) => at.map((index) => point(x, y, blocks[index] ?? 0, ends[index] ?? 0));
  return `M${[...edge(high, there), ...edge(low, [...there].reverse())].join("L")}Z`;
}

/** The index of the block nearest to a place, from 0 at the left to 1 at the right. */
export function nearestBlock(blocks: readonly number[], x: Scale, place: number): number {
  const wanted = x.low + place * (x.high - x.low);
  let best = 0;
  for (const [index, block] of blocks.entries()) if (Math.abs(block - wanted) < Math.abs((blocks[best] ?? 0) - wanted)) best = index;
  return best;
}
