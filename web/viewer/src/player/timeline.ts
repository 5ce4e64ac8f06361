/** Curves over a match: which there are, and their paths. */
import type { Frame, Series, Viewpoint } from "../api/types";
import { frameAtPly } from "./navigation";

/** Curves of one quantity, one for each seat that has it. */
export interface Plot {
  readonly name: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
  readonly low: number;
  readonly high: number;
}

/** One seat's curve. */
export interface Curve {
  readonly seat: number | null;
  /** By frame, ascending. */
  readonly points: readonly (readonly [frame: number, value: number])[];
}

/** Something to draw on. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Free room at each side, in pixels. */
  readonly inset: number;
  /** Number of frames. */
  readonly count: number;
}

/** What a viewpoint may see of the series: a seat its own, everybody those of no seat. */
export function seriesSeen(series: readonly Series[], view: Viewpoint): readonly Series[] {
  return series.filter(({ seat }) => view === "open" || seat === null || seat === view);
}

/** The series sorted into plots by name, the one that tells most first; plies turned into frames. */
export function plotsOf(series: readonly Series[], frames: readonly Frame[]): readonly Plot[] {
  const byName = new Map<string, Series[]>();
  for (const each of series) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  const size = (group: readonly Series[]): number => group.reduce((sum, { points }) => sum + points.length, 0);
  const groups = [...byName.values()].sort((one, other) => size(other) - size(one));
  return groups.map((group) => {
    const curves = group.map(({ seat, points }) => ({ seat, points: points.map(([ply, value]) => [frameAtPly(frames, ply), value] as const) }));
    const values = curves.flatMap((curve) => curve.points.map(([, value]) => value));
    const low = Math.min(0, ...values);
    return { name: group[0]?.name ?? "", unit: group[0]?.unit ?? "", curves, low, high: Math.max(low + 1e-9, ...values) };
  });
}

/** Whether values are shares from 0 to 1, to be written as percent. */
export function isShare({ name, unit }: Plot): boolean {
  return unit === "probability" || /chance|probability/.test(name);
}

/** Where a frame lies from the left. */
export function xOf(frame: number, { width, inset, count }: Canvas): number {
  return inset + (count < 2 ? 0 : (frame / (count - 1)) * (width - 2 * inset));
}

/** The frame at a place from the left. */
export function frameAtX(x: number, { width, inset, count }: Canvas): number {
  const share = (x - inset) / Math.max(1, width - 2 * inset);
  return Math.round(Math.min(1, Math.max(0, share)) * (count - 1));
}

/** Where a value lies from the top. */
export function yOf(value: number, plot: Plot, { height, inset }: Canvas): number {
  return inset + (1 - (value - plot.low) / (plot.high - plot.low)) * (height - 2 * inset);
}

/** A curve as steps: each value holds until the next one. */
export function pathOf(curve: Curve, plot: Plot, canvas: Canvas): string {
  return curve.points
    .map(([frame, value], place) => {
      const [x, y] = [xOf(frame, canvas).toFixed(1), yOf(value, plot, canvas).toFixed(1)];
      return place === 0 ? `M${x} ${y}` : `H${x}V${y}`;
    })
    .join("");
}

/** The value that holds at a frame; null before the first. */
export function valueAt(curve: Curve, frame: number): number | null {
  let low = 0;
  let high = curve.points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve.points[middle]?.[0] ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return curve.points[low - 1]?.[1] ?? null;
}
