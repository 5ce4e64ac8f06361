/** What the server sends and takes; written by `python -m web.typescript`, not by hand. */

export type Accepted = {
  readonly id: number;
  readonly state: "running" | "stopped";
};

export type Act = {
  readonly type: "act";
  readonly ply: number;
  readonly says: string;
};

export type Advice = {
  readonly agent: string;
  readonly seat: number;
  readonly items: readonly (AdviceRow)[];
};

export type AdviceRow = {
  readonly ply: number;
  readonly says: string;
  readonly advice: string;
  readonly agrees: boolean;
  readonly thoughts: Readonly<Record<string, unknown>> | null;
};

export type AgentCard = {
  readonly name: string;
  readonly version: number;
  readonly family: string;
  readonly summary: string;
  readonly games: readonly (string)[];
  readonly roles: readonly (string)[];
  readonly deterministic: boolean;
  readonly access: string;
};

export type AgentDetail = {
  readonly name: string;
  readonly version: number;
  readonly family: string;
  readonly summary: string;
  readonly games: readonly (string)[];
  readonly roles: readonly (string)[];
  readonly deterministic: boolean;
  readonly access: string;
  readonly spelling: string;
  readonly digest: string;
  readonly parameters: readonly (Parameter)[];
  readonly results: readonly (AgentResult)[];
};

export type AgentResult = {
  readonly tournament: number;
  readonly created: string;
  readonly game: string;
  readonly rank_low: number;
  readonly rank_high: number;
  readonly of: number;
  readonly score: Interval;
  readonly unit: string;
  readonly wins: Interval | null;
  readonly matches: number;
};

export type Agents = {
  readonly items: readonly (AgentCard)[];
  readonly next?: string | null;
};

export type Chair = {
  readonly seat: number;
  readonly key: string;
};

export type Complaint = {
  readonly type?: "error";
  readonly detail: string;
};

export type ConditionsRequest = {
  readonly access?: "view" | "rules" | "state";
  readonly simulations?: number | null;
  readonly seconds?: number | null;
  readonly faults?: "stand-in" | "void";
  readonly retries?: number;
  readonly step_limit?: number | null;
};

export type Convergence = {
  readonly kind: "confidence sequence";
  readonly metric: string;
  readonly unit: string;
  readonly agents: readonly (RunningAgent)[];
  readonly blocks: readonly (number)[];
  readonly series: readonly (RankingsSeries)[];
};

export type FaultRow = {
  readonly player: number;
  readonly ply: number;
  readonly kind: string;
  readonly message: string;
};

export type FieldProblem = {
  readonly field: string;
  readonly detail: string;
};

export type Frame = {
  readonly index: number;
  readonly ply: number;
  readonly step: number;
  readonly actors: readonly (number)[];
  readonly actions: readonly (FrameAction)[];
  readonly scene: SceneModel;
  readonly over: boolean;
};

export type FrameAction = {
  readonly player: number;
  readonly says: string;
  readonly micros: number | null;
  readonly thoughts: Readonly<Record<string, unknown>> | null;
  readonly fault: string | null;
};

export type FramePage = {
  readonly match: string;
  readonly view: string;
  readonly total: number;
  readonly start: number;
  readonly items: readonly (Frame)[];
};

export type GameCard = {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly players: number;
  readonly table_sizes: readonly (number)[];
  readonly information: string;
  readonly dynamics: string;
  readonly utility: string;
  readonly metrics: readonly (Metric)[];
  readonly capabilities: readonly (string)[];
};

export type GameDetail = {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly players: number;
  readonly table_sizes: readonly (number)[];
  readonly information: string;
  readonly dynamics: string;
  readonly utility: string;
  readonly metrics: readonly (Metric)[];
  readonly capabilities: readonly (string)[];
  readonly spelling: string;
  readonly version: number;
  readonly distribution: string;
  readonly roles: readonly (string)[];
  readonly horizon: number;
  readonly chance: boolean;
  readonly returns: readonly (number | null)[];
  readonly parameters: readonly (Parameter)[];
  readonly presets: readonly (Preset)[];
  readonly agents: readonly (string)[];
};

export type Games = {
  readonly items: readonly (GameCard)[];
  readonly next?: string | null;
};

export type Health = {
  readonly status: string;
  readonly version: string;
  readonly store: string;
};

export type Interval = {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly se?: number | null;
};

export type LegalMove = {
  readonly says: string;
  readonly cards: readonly (string)[] | null;
  readonly kind: string | null;
};

export type Mark = {
  readonly frame: number;
  readonly ply: number;
  readonly kind: string;
  readonly text: string;
};

export type MatchCard = {
  readonly id: string;
  readonly round: number;
  readonly block: number;
  readonly seating: number;
  readonly seats: readonly (string)[];
  readonly scores: readonly (number)[];
  readonly steps: number;
  readonly faults: number;
};

export type MatchDetail = {
  readonly id: string;
  readonly game: string;
  readonly game_version: string;
  readonly title: string;
  readonly seats: readonly (SeatInfo)[];
  readonly conditions: readonly (NamedValue)[];
  readonly seed: string | null;
  readonly software: string;
  readonly reason: string | null;
  readonly scores: readonly (number)[];
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
  readonly faults: readonly (FaultRow)[];
  readonly plies: number;
  readonly frames: number;
  readonly human: boolean;
  readonly live: boolean;
  readonly tournament: string | null;
  readonly viewpoints: readonly (string)[];
  readonly replayable: boolean;
  readonly problem: string | null;
  readonly marks: readonly (Mark)[];
  readonly series: readonly (MatchesSeries)[];
};

export type Matches = {
  readonly items: readonly (MatchCard)[];
  readonly next: string | null;
};

export type Metric = {
  readonly name: string;
  readonly unit: string;
  readonly direction: string;
  readonly primary: boolean;
  readonly title: string;
};

export type NamedValue = {
  readonly name: string;
  readonly value: string;
};

export type Outcome = {
  readonly reason: string;
  readonly scores: readonly (number)[];
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
};

export type Pair = {
  readonly first: number;
  readonly second: number;
  readonly difference: Interval;
  readonly p: number | null;
  readonly p_holm: number | null;
  readonly test: string;
  readonly better: number | null;
  readonly identical: boolean;
  readonly d_z: number | null;
  readonly blocks: number;
};

export type Pairs = {
  readonly metric: string;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly correction: string;
  readonly neighbours_only: boolean;
  readonly items: readonly (Pair)[];
  readonly next?: string | null;
};

export type Parameter = {
  readonly name: string;
  readonly value: string;
  readonly kind: string;
};

export type Ply = {
  readonly ply: number;
  readonly player: number;
  readonly says: string;
};

export type Position = {
  readonly type?: "state";
  readonly table: string;
  readonly seat: number;
  readonly frame: Frame;
  readonly previous: Frame | null;
  readonly legal: readonly (LegalMove)[] | null;
  readonly expected: string | null;
  readonly history: readonly (Ply)[];
  readonly outcome: Outcome | null;
  readonly match: string | null;
};

export type Preset = {
  readonly name: string;
  readonly summary: string;
};

export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly (FieldProblem)[] | null;
};

export type Progress = {
  readonly blocks: number;
  readonly blocks_wanted: number | null;
  readonly matches: number;
  readonly elapsed_s: number;
  readonly left_s: number | null;
  readonly open_pairs: number | null;
  readonly pairs: number | null;
};

export type Ranking = {
  readonly tournament: number;
  readonly round: number;
  readonly title: string;
  readonly metric: string;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly estimand: string;
  readonly blocks: number;
  readonly matches: number;
  readonly correction: string;
  readonly agents: number;
  readonly notes: readonly (string)[];
  readonly items: readonly (RankingRow)[];
  readonly next: string | null;
};

export type RankingRow = {
  readonly agent: number;
  readonly name: string;
  readonly family: string;
  readonly rank: number;
  readonly rank_low: number;
  readonly rank_high: number;
  readonly tier: number;
  readonly letters: string;
  readonly score: Interval;
  readonly wins: Interval | null;
  readonly matches: number;
  readonly decisions: number;
  readonly faults: number;
  readonly ms_per_decision: number | null;
};

export type RoundCard = {
  readonly number: number;
  readonly title: string;
  readonly blocks: number;
  readonly game: string;
};

export type RunningAgent = {
  readonly agent: number;
  readonly name: string;
};

export type SceneModel = {
  readonly kind: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly highlights: readonly (string)[];
};

export type Scenery = {
  readonly table: string;
  readonly frame: Frame;
  readonly history: readonly (Ply)[];
  readonly outcome: Outcome | null;
  readonly match: string | null;
};

export type SeatInfo = {
  readonly seat: number;
  readonly agent: string;
  readonly name: string;
  readonly version: string | null;
  readonly digest: string | null;
};

export type Started = {
  readonly id: number;
};

export type TableDetail = {
  readonly id: string;
  readonly game: string;
  readonly title: string;
  readonly seats: readonly (SeatInfo)[];
  readonly people: readonly (number)[];
  readonly conditions: readonly (NamedValue)[];
  readonly opened: string;
  readonly state: "thinking" | "waiting" | "over";
  readonly plies: number;
  readonly here: readonly (number)[];
  readonly watching: number;
  readonly outcome: Outcome | null;
  readonly match: string | null;
};

export type TableOpened = {
  readonly id: string;
  readonly seat: number;
  readonly key: string;
  readonly people: readonly (Chair)[];
};

export type TableRequest = {
  readonly game?: string;
  readonly seats: readonly (string)[];
  readonly simulations?: number;
};

export type TournamentCard = {
  readonly id: number;
  readonly digest: string;
  readonly game: string;
  readonly format: string;
  readonly agents: readonly (string)[];
  readonly created: string;
  readonly blocks: number;
  readonly matches: number;
  readonly seconds: number;
  readonly state: "running" | "finished" | "stopped";
  readonly leader: string | null;
};

export type TournamentDetail = {
  readonly id: number;
  readonly digest: string;
  readonly game: string;
  readonly format: string;
  readonly agents: readonly (string)[];
  readonly created: string;
  readonly blocks: number;
  readonly matches: number;
  readonly seconds: number;
  readonly state: "running" | "finished" | "stopped";
  readonly leader: string | null;
  readonly plan: Readonly<Record<string, unknown>>;
  readonly command: string;
  readonly conditions: readonly (NamedValue)[];
  readonly estimand: string;
  readonly rounds: readonly (RoundCard)[];
  readonly progress: Progress;
  readonly notes: readonly (string)[];
};

export type TournamentRequest = {
  readonly game: string;
  readonly agents: readonly (string)[];
  readonly format?: string;
  readonly blocks?: number | null;
  readonly seconds?: number | null;
  readonly until?: "decided" | null;
  readonly within?: number | null;
  readonly seed?: number | null;
  readonly simulations?: number | null;
  readonly conditions?: ConditionsRequest;
};

export type Tournaments = {
  readonly items: readonly (TournamentCard)[];
  readonly next: string | null;
};

export type MatchesSeries = {
  readonly name: string;
  readonly unit: string;
  readonly seat: number | null;
  readonly points: readonly (readonly [number, number])[];
};

export type RankingsSeries = {
  readonly agent: number;
  readonly value: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
};
