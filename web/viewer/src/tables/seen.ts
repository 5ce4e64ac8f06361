/** How a table stands, whether one sits at it or watches. */
import type { Frame, TableScenery, TableState, TablePly } from "../api/types";

/** A moment of a table, as the page draws it. */
export type Seen = Omit<TableState, "type" | "seat">;

/** The moment after an event that watchers hear; what was done in between completes the moment before. */
export function after(before: Seen | null, event: TableScenery): Seen {
  const next = before !== null && event.frame.index === before.frame.index + 1;
  const history = next ? [...before.history, ...event.history] : event.history;
  return { ...event, history, previous: next ? withActions(before.frame, event.history) : null, legal: [], expected: null };
}

function withActions(frame: Frame, plies: readonly TablePly[]): Frame {
  return { ...frame, actions: plies.map(({ player, says }) => ({ player, says, micros: null, thoughts: null, fault: null })) };
}

/** Whether the reader, on this seat, is asked for a move now. */
export function isAsked({ legal, frame }: Seen): boolean {
  return !frame.over && (legal === null || legal.length > 0);
}
