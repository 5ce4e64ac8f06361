/** A Dhumbal scene's data as types, read with care: what is missing becomes nothing. */
import type { Frame } from "../../api/types";

/** A seat as the scene tells it. */
export interface SeatState {
  readonly seat: number;
  /** Names; null where one sees a card's back. */
  readonly cards: readonly (string | null)[];
  /** Cards that everybody saw him take. */
  readonly known: readonly string[];
  /** What the hand is worth; null where a card is hidden. */
  readonly value: number | null;
  /** Coins or points. */
  readonly wealth: number;
  readonly toMove: boolean;
  readonly starter: boolean;
  readonly out: boolean;
}

/** How the last round ended. */
export interface RoundResult {
  readonly reason: string;
  readonly caller: number | null;
  readonly winner: number | null;
  readonly hands: readonly (readonly string[])[];
  /** What each hand was worth. */
  readonly values: readonly number[];
}

/** A Dhumbal table. */
export interface TableState {
  readonly phase: "discard" | "take" | "over";
  readonly turn: number;
  readonly round: number;
  readonly callAt: number;
  /** `coins`, which one wants, or `points`, which one does not. */
  readonly economy: "coins" | "points";
  readonly stock: number;
  readonly dead: number;
  readonly live: readonly string[];
  readonly open: readonly string[];
  readonly thrown: readonly string[];
  readonly seats: readonly SeatState[];
  readonly result: RoundResult | null;
  /** Whether the result is news: the round has ended with the move before. */
  readonly fresh: boolean;
}

/** The table of a frame. */
export function tableOf(frame: Frame): TableState {
  const data = frame.scene.data;
  const economy = data["economy"] === "points" ? "points" : "coins";
  const result = resultOf(data["result"]);
  return {
    phase: data["phase"] === "take" ? "take" : data["phase"] === "over" ? "over" : "discard",
    turn: count(data["turn"]),
    round: count(data["round"]),
    callAt: count(data["call_at"]),
    economy,
    stock: count(data["stock"]),
    dead: count(data["dead"]),
    live: texts(data["live"]),
    open: texts(data["open"]),
    thrown: texts(data["thrown"]),
    seats: list(data["seats"]).map((each) => seatOf(record(each), economy)),
    result,
    fresh: result !== null && (frame.over || frame.scene.highlights.length > 0),
  };
}

/** The table as it was when the last round ended: all hands open, nothing else changed. */
export function atShowdown(table: TableState): TableState {
  const { result } = table;
  if (!result) return table;
  const seats = table.seats.map((seat) => ({
    ...seat,
    cards: result.hands[seat.seat] ?? [],
    value: result.values[seat.seat] ?? null,
    toMove: false,
  }));
  return { ...table, phase: "over", round: table.phase === "over" ? table.round : table.round - 1, seats };
}

function seatOf(seat: Readonly<Record<string, unknown>>, economy: string): SeatState {
  return {
    seat: count(seat["seat"]),
    cards: list(seat["cards"]).map((card) => (typeof card === "string" ? card : null)),
    known: texts(seat["known"]),
    value: typeof seat["value"] === "number" ? seat["value"] : null,
    wealth: count(seat[economy]),
    toMove: seat["to_move"] === true,
    starter: seat["starter"] === true,
    out: seat["out"] === true,
  };
}

function resultOf(value: unknown): RoundResult | null {
  if (typeof value !== "object" || value === null) return null;
  const result = record(value);
  return {
    reason: typeof result["reason"] === "string" ? result["reason"] : "",
    caller: typeof result["caller"] === "number" ? result["caller"] : null,
    winner: typeof result["winner"] === "number" ? result["winner"] : null,
    hands: list(result["hands"]).map(texts),
    values: list(result["values"]).filter((each): each is number => typeof each === "number"),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  return list(value).filter((each): each is string => typeof each === "string");
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
