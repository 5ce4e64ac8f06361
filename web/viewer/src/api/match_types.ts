/** What the server sends about matches and tables. */

import type { NamedValue } from "./types";

export interface SeatInfo {
  readonly seat: number;
  readonly agent: string;
  readonly name: string;
  readonly version: string | null;
  readonly digest: string | null;
}

/** A point of the timeline worth a look. */
export interface Mark {
  readonly frame: number;
  readonly ply: number;
  readonly kind: string;
  readonly text: string;
}

/** A curve over the plies of a match. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly seat: number | null;
  readonly points: readonly (readonly [ply: number, value: number])[];
}

/** Whose eyes a frame is seen with: everybody's, nobody's blindfold, or a seat's. */
export type Viewpoint = "public" | "open" | number;

/** What an agent did wrong. */
export interface Fault {
  readonly player: number;
  readonly ply: number;
  readonly kind: string;
  readonly message: string;
}

export interface MatchDetail {
  readonly id: string;
  readonly game: string;
  readonly game_version: string;
  readonly title: string;
  readonly seats: readonly SeatInfo[];
  readonly conditions: readonly NamedValue[];
  /** Its digits: it may have more of them than a number of this language holds. */
  readonly seed: string | null;
  readonly software: string;
  readonly reason: string | null;
  readonly scores: readonly number[];
  /** By the name of the metric, for each seat. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
  readonly faults: readonly Fault[];
  readonly plies: number;
  readonly frames: number;
  readonly human: boolean;
  readonly live: boolean;
  readonly tournament: string | null;
  /** As they stand in addresses: `public`, `open`, `0`, `1` ... */
  readonly viewpoints: readonly string[];
  readonly replayable: boolean;
  readonly problem: string | null;
  readonly marks: readonly Mark[];
  readonly series: readonly Series[];
}

/** What a player did from a frame on. */
export interface FrameAction {
  readonly player: number;
  readonly says: string;
  readonly micros: number | null;
  readonly thoughts: Readonly<Record<string, unknown>> | null;
  readonly fault: string | null;
}

export interface Scene {
  readonly kind: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly highlights: readonly string[];
}

/** The table before its actions; the last frame has none and is over. */
export interface Frame {
  readonly index: number;
  readonly ply: number;
  readonly step: number;
  readonly actors: readonly number[];
  readonly actions: readonly FrameAction[];
  readonly scene: Scene;
  readonly over: boolean;
}

export interface FramePage {
  readonly match: string;
  readonly view: string;
  readonly total: number;
  readonly start: number;
  readonly items: readonly Frame[];
}

/** What a strong agent would have done at one decision. */
export interface AdviceRow {
  readonly ply: number;
  readonly says: string;
  readonly advice: string;
  readonly agrees: boolean;
  readonly thoughts: Readonly<Record<string, unknown>> | null;
}

export interface Advice {
  readonly agent: string;
  readonly seat: number;
  readonly items: readonly AdviceRow[];
}

/** The body of a new table for a human. */
export interface TableRequest {
  readonly game: string;
  readonly seats: readonly string[];
  readonly simulations?: number;
}

/** A person's seat at a table, and what proves that it is his. */
export interface Chair {
  readonly seat: number;
  readonly key: string;
}

export interface TableCreated extends Chair {
  readonly id: string;
  /** Every person's seat, the first one's too. */
  readonly people: readonly Chair[];
}

/** How a match at a table has ended. */
export interface TableOutcome {
  readonly reason: string;
  readonly scores: readonly number[];
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A table as everybody may see it. */
export interface TableDetail {
  readonly id: string;
  readonly game: string;
  readonly title: string;
  readonly seats: readonly SeatInfo[];
  readonly people: readonly number[];
  readonly conditions: readonly NamedValue[];
  readonly opened: string;
  readonly state: "thinking" | "waiting" | "over";
  readonly plies: number;
  readonly here: readonly number[];
  readonly watching: number;
  readonly outcome: TableOutcome | null;
  readonly match: string | null;
}

/** One action of a match at a table. */
export interface TablePly {
  readonly ply: number;
  readonly player: number;
  readonly says: string;
}

export interface LegalMove {
  readonly says: string;
  readonly cards: readonly string[] | null;
  readonly kind: string | null;
}

/** How a table stands, as a person at it sees it. */
export interface TableState {
  readonly type: "state";
  readonly table: string;
  readonly seat: number;
  readonly frame: Frame;
  /** The table one step earlier, with what was done then; null at the start. */
  readonly previous: Frame | null;
  /** Empty where it is not his turn; null where the moves are too many to list. */
  readonly legal: readonly LegalMove[] | null;
  /** What is legal in a few words, where `legal` is null. */
  readonly expected: string | null;
  readonly history: readonly TablePly[];
  readonly outcome: TableOutcome | null;
  readonly match: string | null;
}

/** What the server tells a human at a table. */
export type TableMessage = TableState | { readonly type: "error"; readonly detail: string };

/** What the server tells those who watch a table: `history` holds what is new since the event before. */
export interface TableScenery {
  readonly table: string;
  readonly frame: Frame;
  readonly history: readonly TablePly[];
  readonly outcome: TableOutcome | null;
  readonly match: string | null;
}

/** What a human's page tells the server. */
export interface TableAct {
  readonly type: "act";
  readonly ply: number;
  readonly says: string;
}
