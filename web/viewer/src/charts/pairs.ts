/** Pairs of agents from either side, and in words. */
import type { Estimate, PairRow } from "../api/types";
import { count, halfWidth, inWords, pValue, signed, type Bounded } from "../parts/format";

/** A pair as one of the two sees it: positive is good for `row`. */
export interface Meeting {
  readonly row: number;
  readonly column: number;
  readonly difference: Bounded;
  /** Whether the difference is significant after the correction. */
  readonly significant: boolean;
  readonly pair: PairRow;
}

function turned({ value, low, high }: Estimate): Bounded {
  const minus = (number: number | null) => (number === null ? null : -number);
  return { value: minus(value), low: minus(high), high: minus(low) };
}

/** The pair from the side of `row`. */
export function seenFrom(pair: PairRow, row: number): Meeting {
  const straight = pair.first === row;
  return {
    row,
    column: straight ? pair.second : pair.first,
    difference: straight ? pair.difference : turned(pair.difference),
    significant: pair.better !== null,
    pair,
  };
}

/** The name under which both orders of a pair are found. */
export function pairKey(one: number, other: number): string {
  return one < other ? `${one}-${other}` : `${other}-${one}`;
}

/** Pairs by `pairKey`. */
export function pairIndex(pairs: readonly PairRow[]): ReadonlyMap<string, PairRow> {
  return new Map(pairs.map((pair) => [pairKey(pair.first, pair.second), pair]));
}

/** Each pair from the side of the better one, the widest apart first. */
export function byDistance(pairs: readonly PairRow[], higherIsBetter: boolean): Meeting[] {
  const sign = higherIsBetter ? 1 : -1;
  return pairs
    .map((pair) => seenFrom(pair, sign * (pair.difference.value ?? 0) >= 0 ? pair.first : pair.second))
    .sort((one, other) => Math.abs(other.difference.value ?? 0) - Math.abs(one.difference.value ?? 0));
}

/** What is needed to say a meeting in words. */
export interface Words {
  /** Agents' names by plan position. */
  readonly names: ReadonlyMap<number, string>;
  readonly unit: string;
  readonly decimals: number;
  /** How p-values were adjusted: `Holm`. */
  readonly correction: string;
}

/** A meeting in a sentence: difference, interval, p, test and blocks. */
export function meetingInWords(meeting: Meeting, { names, unit, decimals, correction }: Words): string {
  const { pair, difference } = meeting;
  const who = `${names.get(meeting.row) ?? "?"} less ${names.get(meeting.column) ?? "?"}`;
  if (pair.identical) return `${who}: both decided alike throughout, over ${count(pair.blocks, "block")}.`;
  const verdict = meeting.significant ? "significant" : "not significant";
  return `${who}: ${inWords(difference, unit, decimals)}; p ${asP(pair.p)}, after ${correction} ${asP(pair.p_holm)}, ${verdict}; ${count(pair.blocks, "block")}, ${pair.test}.`;
}

function asP(p: number | null): string {
  const text = pValue(p);
  return text.startsWith("<") ? text : `= ${text}`;
}

/** `+7.2 ± 8.5`. */
export function differenceText(difference: Bounded, decimals: number): string {
  const half = halfWidth(difference);
  return `${signed(difference.value, decimals)}${half === null ? "" : ` ±\u2009${half.toFixed(decimals)}`}`;
}
