/** What the server sends, under the names of its interface (`/docs`). Times of creation are ISO 8601, durations are seconds. */

export type * from "./match_types";

/** A page of a list. */
export interface Listed<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

/** An error as RFC 9457 describes it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  /** The fields at fault. */
  readonly errors?: readonly { readonly field: string; readonly detail: string }[] | null;
}

/** An estimate with its 95 % interval; null where there is too little to say. */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** An estimate with its interval and standard error. */
export interface Estimate extends Interval {
  readonly se: number | null;
}

/** A setting or condition in words. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly direction: string;
  readonly primary: boolean;
  readonly title: string;
}

export interface GameCard {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly players: number;
  readonly table_sizes: readonly number[];
  readonly information: string;
  readonly dynamics: string;
  readonly utility: string;
  readonly metrics: readonly Metric[];
  readonly capabilities: readonly string[];
}

/** A parameter of a game or an agent. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly kind: string;
}

export interface GameDetail extends GameCard {
  /** The game with all its parameters. */
  readonly spelling: string;
  readonly version: number;
  readonly distribution: string;
  readonly roles: readonly string[];
  /** No match takes more steps. */
  readonly horizon: number;
  readonly chance: boolean;
  /** The least and the greatest return of a player; null where there is no bound. */
  readonly returns: readonly (number | null)[];
  readonly parameters: readonly Parameter[];
  readonly presets: readonly { readonly name: string; readonly summary: string }[];
  /** The agents that play it without a person. */
  readonly agents: readonly string[];
}

export interface AgentCard {
  readonly name: string;
  readonly version: number;
  readonly family: string;
  readonly summary: string;
  readonly games: readonly string[];
  readonly roles: readonly string[];
  readonly deterministic: boolean;
  readonly access: string;
}

/** How an agent fared in one tournament. */
export interface AgentResult {
  readonly tournament: number;
  readonly created: string;
  readonly game: string;
  readonly rank_low: number;
  readonly rank_high: number;
  readonly of: number;
  readonly score: Estimate;
  readonly unit: string;
  readonly wins: Estimate | null;
  readonly matches: number;
}

export interface AgentDetail extends AgentCard {
  /** The agent with all its parameters. */
  readonly spelling: string;
  /** What identifies its code. */
  readonly digest: string;
  readonly parameters: readonly Parameter[];
  /** Oldest first. */
  readonly results: readonly AgentResult[];
}

export type TournamentState = "running" | "finished" | "stopped";

export interface TournamentCard {
  readonly id: number;
  readonly digest: string;
  readonly game: string;
  readonly format: string;
  readonly agents: readonly string[];
  readonly created: string;
  readonly blocks: number;
  readonly matches: number;
  readonly seconds: number;
  readonly state: TournamentState;
  readonly leader: string | null;
}

export interface Round {
  readonly number: number;
  readonly title: string;
  readonly blocks: number;
  readonly game: string;
}

export interface Progress {
  readonly blocks: number;
  readonly blocks_wanted: number | null;
  readonly matches: number;
  readonly elapsed_s: number;
  readonly left_s: number | null;
  /** Pairs of agents that the stop rule still waits for; null where it waits for none. */
  readonly open_pairs: number | null;
  readonly pairs: number | null;
}

export interface TournamentDetail extends TournamentCard {
  readonly plan: Readonly<Record<string, unknown>>;
  readonly command: string;
  readonly conditions: readonly NamedValue[];
  readonly estimand: string;
  readonly rounds: readonly Round[];
  readonly progress: Progress;
  readonly notes: readonly string[];
}

/** The body of the `progress` event of a running tournament. */
export interface ProgressEvent extends Progress {
  readonly state: TournamentState;
}

/** A row of a ranking. */
export interface AgentRow {
  /** The agent's position in the plan, from 0. */
  readonly agent: number;
  readonly name: string;
  readonly family: string;
  readonly rank: number;
  readonly rank_low: number;
  readonly rank_high: number;
  readonly tier: number;
  /** Agents that share a letter are not significantly different. */
  readonly letters: string;
  readonly score: Estimate;
  readonly wins: Estimate | null;
  readonly matches: number;
  readonly decisions: number;
  readonly faults: number;
  readonly ms_per_decision: number | null;
}

export interface Ranking extends Listed<AgentRow> {
  readonly tournament: number;
  readonly round: number;
  readonly title: string;
  readonly metric: string;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly estimand: string;
  readonly blocks: number;
  readonly matches: number;
  /** How p-values are adjusted for the number of pairs, in words: `Holm`. */
  readonly correction: string;
  /** Agents in all, over the pages of the list. */
  readonly agents: number;
  readonly notes: readonly string[];
}

/** Two agents against each other: the difference is first less second. */
export interface PairRow {
  readonly first: number;
  readonly second: number;
  readonly difference: Estimate;
  readonly p: number | null;
  /** The p-value adjusted for the number of pairs, by Holm or another correction. */
  readonly p_holm: number | null;
  readonly test: string;
  /** The plan position of the one that is significantly better after the correction, or null. */
  readonly better: number | null;
  /** Whether both made the same decisions throughout. */
  readonly identical: boolean;
  readonly d_z: number | null;
  readonly blocks: number;
}

export interface Pairs extends Listed<PairRow> {
  readonly metric: string;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly correction: string;
  /** Whether, the field being large, each agent is compared with its neighbours alone. */
  readonly neighbours_only: boolean;
}

export interface Convergence {
  readonly metric: string;
  readonly agents: readonly { readonly agent: number; readonly name: string }[];
  readonly blocks: readonly number[];
  readonly series: readonly {
    readonly agent: number;
    readonly value: readonly (number | null)[];
    readonly low: readonly (number | null)[];
    readonly high: readonly (number | null)[];
  }[];
  readonly unit: string;
  readonly kind: "confidence sequence";
}

export interface MatchCard {
  readonly id: string;
  readonly round: number;
  readonly block: number;
  readonly seating: number;
  readonly seats: readonly string[];
  readonly scores: readonly number[];
  readonly steps: number;
  readonly faults: number;
}

/** The body of a new tournament. */
export interface TournamentRequest {
  readonly game: string;
  readonly agents: readonly string[];
  readonly format?: string;
  readonly blocks?: number;
  readonly seconds?: number;
  readonly until?: "decided";
  readonly seed?: number;
  readonly simulations?: number;
}
