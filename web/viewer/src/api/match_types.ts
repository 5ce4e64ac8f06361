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

export interface MatchDetail {
  readonly id: string;
  readonly game: string;
  readonly game_version: string;
  readonly title: string;
  readonly seats: readonly SeatInfo[];
  readonly conditions: readonly NamedValue[];
  readonly seed: number | null;
  readonly software: string;
  readonly reason: string | null;
  readonly scores: readonly number[];
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly faults: readonly unknown[];
  readonly plies: number;
  readonly frames: number;
  readonly human: boolean;
  readonly live: boolean;
  readonly tournament: string | null;
  readonly viewpoints: readonly Viewpoint[];
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
  readonly items: readonly AdviceRow[];
}

/** The body of a new table for a human. */
export interface TableRequest {
  readonly game: string;
  readonly seats: readonly string[];
  readonly simulations?: number;
}

export interface TableCreated {
  readonly id: string;
  readonly seat: number;
  readonly key: string;
}

export interface LegalMove {
  readonly says: string;
  readonly cards: readonly string[] | null;
  readonly kind: string | null;
}

/** What the server tells a human at a table. */
export type TableMessage =
  | {
      readonly type: "state";
      readonly table: string;
      readonly seat: number;
      readonly frame: Frame;
      readonly legal: readonly LegalMove[] | null;
      readonly history: readonly { readonly ply: number; readonly player: number; readonly says: string }[];
      readonly outcome: Readonly<Record<string, unknown>> | null;
      readonly match: string | null;
    }
  | { readonly type: "error"; readonly detail: string };

/** What a human's page tells the server. */
export interface TableAct {
  readonly type: "act";
  readonly ply: number;
  readonly says: string;
}
