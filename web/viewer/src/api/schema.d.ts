/** What the server sends and takes; written by `python -m web.typescript`, not by hand. */

/** An order that was taken. */
export type Accepted = {
  /** The tournament. */
  readonly id: number;
  /** What it is now. */
  readonly state: "running" | "stopped";
};

/** A person's move. */
export type Act = {
  /** Which message it is. */
  readonly type: "act";
  /** The actions that he saw taken. */
  readonly ply: number;
  /** The move in the words of the game. */
  readonly says: string;
};

/** What an agent would have done at every decision of a seat. */
export type Advice = {
  /** The agent asked. */
  readonly agent: string;
  /** The seat. */
  readonly seat: number;
  /** The decisions, in their order. */
  readonly items: readonly AdviceRow[];
};

/** One decision, and what another agent would have done. */
export type AdviceRow = {
  /** Actions taken before it. */
  readonly ply: number;
  /** What was done. */
  readonly says: string;
  /** What the agent would have done. */
  readonly advice: string;
  /** Whether that is the same. */
  readonly agrees: boolean;
  /** What the agent told of it. */
  readonly thoughts: Readonly<Record<string, unknown>> | null;
};

/** An agent with its default parameters. */
export type AgentCard = {
  /** The registered name. */
  readonly name: string;
  /** Raised whenever the same parameters and seed play something else. */
  readonly version: number;
  /** What kind of mind it has. */
  readonly family: string;
  /** One sentence. */
  readonly summary: string;
  /** The registered games that it plays. */
  readonly games: readonly string[];
  /** The roles that it plays; empty for all. */
  readonly roles: readonly string[];
  /** Whether the same seed and views give the same play. */
  readonly deterministic: boolean;
  /** The least access that it plays under: `view`, `rules` or `state`. */
  readonly access: string;
};

/** An agent in full. */
export type AgentDetail = {
  /** The registered name. */
  readonly name: string;
  /** Raised whenever the same parameters and seed play something else. */
  readonly version: number;
  /** What kind of mind it has. */
  readonly family: string;
  /** One sentence. */
  readonly summary: string;
  /** The registered games that it plays. */
  readonly games: readonly string[];
  /** The roles that it plays; empty for all. */
  readonly roles: readonly string[];
  /** Whether the same seed and views give the same play. */
  readonly deterministic: boolean;
  /** The least access that it plays under: `view`, `rules` or `state`. */
  readonly access: string;
  /** The agent with its parameters. */
  readonly spelling: string;
  /** What makes it play as it does. */
  readonly digest: string;
  /** Its parameters. */
  readonly parameters: readonly Parameter[];
  /** Its tournaments, the oldest first; at most the last hundred. */
  readonly results: readonly AgentResult[];
};

/** What an agent reached in a tournament. */
export type AgentResult = {
  /** The tournament's number. */
  readonly tournament: number;
  /** When it began: ISO 8601, UTC. */
  readonly created: string;
  /** The game's spelling. */
  readonly game: string;
  /** The best rank that the data allow. */
  readonly rank_low: number;
  /** The worst rank that the data allow. */
  readonly rank_high: number;
  /** Agents ranked. */
  readonly of: number;
  /** The mean of the metric that ranked. */
  readonly score: Interval;
  /** Its unit. */
  readonly unit: string;
  /** The share of matches won; null where the game does not say who won. */
  readonly wins: Interval | null;
  /** Matches played. */
  readonly matches: number;
};

/** Every agent. */
export type Agents = {
  /** By family, then by name. */
  readonly items: readonly AgentCard[];
  /** Always null: the list is whole. */
  readonly next?: string | null;
};

/** A person's seat. */
export type Chair = {
  /** From 0. */
  readonly seat: number;
  /** What proves that it is his; told this once. */
  readonly key: string;
};

/** Word that a message changed nothing, and why. */
export type Complaint = {
  /** Which message it is. */
  readonly type: "error";
  /** What was expected, what came. */
  readonly detail: string;
};

/** Conditions that are not the default ones. */
export type ConditionsRequest = {
  /** What agents may look at. */
  readonly access?: "view" | "rules" | "state";
  /** Simulations a decision; null leaves them to each agent. */
  readonly simulations?: number | null;
  /** Seconds a decision; null sets no limit. */
  readonly seconds?: number | null;
  /** What happens to a match in which an agent failed. */
  readonly faults?: "stand-in" | "void";
  /** How often an illegal action is handed back. */
  readonly retries?: number;
  /** Steps after which a match is cut; null leaves it to the game. */
  readonly step_limit?: number | null;
};

/** How means settled as blocks arrived. */
export type Convergence = {
  /** What the intervals are: they hold at all numbers of blocks at once. */
  readonly kind: "confidence sequence";
  /** The metric that ranks. */
  readonly metric: string;
  /** Its unit. */
  readonly unit: string;
  /** The agents shown, the best first. */
  readonly agents: readonly RunningAgent[];
  /** Numbers of blocks at which the means were looked at. */
  readonly blocks: readonly number[];
  /** One for each agent, in the same order. */
  readonly series: readonly RankingsSeries[];
};

/** A failure of an agent. */
export type FaultRow = {
  /** Who failed. */
  readonly player: number;
  /** Actions taken before it. */
  readonly ply: number;
  /** How: timeout, illegal, crash, memory or disconnect. */
  readonly kind: string;
  /** What happened. */
  readonly message: string;
};

/** A field at fault. */
export type FieldProblem = {
  /** Where it stood, such as `query.limit`. */
  readonly field: string;
  /** What was expected. */
  readonly detail: string;
};

/** The table before its actions; the last frame has none. */
export type Frame = {
  /** From 0. */
  readonly index: number;
  /** Actions taken before it, over all players. */
  readonly ply: number;
  /** Steps taken before it. */
  readonly step: number;
  /** Who acts now; empty at the end. */
  readonly actors: readonly number[];
  /** What they do now. */
  readonly actions: readonly FrameAction[];
  /** What is to be seen. */
  readonly scene: SceneModel;
  /** Whether the match is over. */
  readonly over: boolean;
};

/** What a player did. */
export type FrameAction = {
  /** Who. */
  readonly player: number;
  /** What, in the words of the game. */
  readonly says: string;
  /** Microseconds it took him; null where nobody measured. */
  readonly micros: number | null;
  /** What he told of it; null where nothing, or where it is withheld. */
  readonly thoughts: Readonly<Record<string, unknown>> | null;
  /** What went wrong; null where nothing did. A stand-in chose then. */
  readonly fault: string | null;
};

/** Consecutive frames of a match. */
export type FramePage = {
  /** The match. */
  readonly match: string;
  /** Through whose eyes. */
  readonly view: string;
  /** Frames in all. */
  readonly total: number;
  /** The index of the first one here. */
  readonly start: number;
  /** The frames. */
  readonly items: readonly Frame[];
};

/** A game with its default parameters. */
export type GameCard = {
  /** The registered name. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /** How many sit at the table. */
  readonly players: number;
  /** Every number of players that it can be made for. */
  readonly table_sizes: readonly number[];
  /** `perfect` or `imperfect`. */
  readonly information: string;
  /** `turns` or `simultaneous`. */
  readonly dynamics: string;
  /** `zero-sum`, `identical` or `general`. */
  readonly utility: string;
  /** What is measured. */
  readonly metrics: readonly Metric[];
  /** What it can do beyond the contract. */
  readonly capabilities: readonly string[];
};

/** A game in full. */
export type GameDetail = {
  /** The registered name. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /** How many sit at the table. */
  readonly players: number;
  /** Every number of players that it can be made for. */
  readonly table_sizes: readonly number[];
  /** `perfect` or `imperfect`. */
  readonly information: string;
  /** `turns` or `simultaneous`. */
  readonly dynamics: string;
  /** `zero-sum`, `identical` or `general`. */
  readonly utility: string;
  /** What is measured. */
  readonly metrics: readonly Metric[];
  /** What it can do beyond the contract. */
  readonly capabilities: readonly string[];
  /** The game with all its parameters. */
  readonly spelling: string;
  /** The version of its rules. */
  readonly version: number;
  /** The package that brings it. */
  readonly distribution: string;
  /** The roles that there are. */
  readonly roles: readonly string[];
  /** No match takes more steps. */
  readonly horizon: number;
  /** Whether chance plays a part. */
  readonly chance: boolean;
  /** The least and the greatest return of a player; null where there is no bound. */
  readonly returns: readonly (number | null)[];
  /** Its parameters. */
  readonly parameters: readonly Parameter[];
  /** Its presets. */
  readonly presets: readonly Preset[];
  /** The agents that play it without a person. */
  readonly agents: readonly string[];
};

/** Every game. */
export type Games = {
  /** By name. */
  readonly items: readonly GameCard[];
  /** Always null: the list is whole. */
  readonly next?: string | null;
};

/** The server is alive. */
export type Health = {
  /** `ok`, or `degraded` where the store cannot be read. */
  readonly status: string;
  /** The version of the arena. */
  readonly version: string;
  /** `ok`, `absent` as long as there is none, or what is wrong with it. */
  readonly store: string;
};

/** An estimate with its 95 % interval. */
export type Interval = {
  /** The estimate; null where there is nothing to estimate it from. */
  readonly value: number | null;
  /** The lower end; null where there is no interval. */
  readonly low: number | null;
  /** The upper end; null where there is no interval. */
  readonly high: number | null;
  /** The standard error; null where there is none. */
  readonly se?: number | null;
};

/** A move that is legal now. */
export type LegalMove = {
  /** The move in the words of the game. */
  readonly says: string;
  /** The cards it names; null where it names none. */
  readonly cards: readonly string[] | null;
  /** What kind of move it is, such as `discard`; null where the game has no cards. */
  readonly kind: string | null;
};

/** A moment that is worth a look. */
export type Mark = {
  /** The frame in which it is to be seen. */
  readonly frame: number;
  /** Its ply. */
  readonly ply: number;
  /** What it is, such as `call` or `fault`. */
  readonly kind: string;
  /** The same in a few words. */
  readonly text: string;
};

/** A stored match in short. */
export type MatchCard = {
  /** `T-R-B-S`: tournament, round, block, seating. */
  readonly id: string;
  /** The round's number. */
  readonly round: number;
  /** The deal block within the round. */
  readonly block: number;
  /** The seating within the block. */
  readonly seating: number;
  /** Who sat where, by spelling. */
  readonly seats: readonly string[];
  /** The score of each seat, after penalties for faults. */
  readonly scores: readonly number[];
  /** Steps taken. */
  readonly steps: number;
  /** Failures of agents. */
  readonly faults: number;
};

/** A match in full, without its frames. */
export type MatchDetail = {
  /** `T-R-B-S` of a stored match, `h-...` of one with a person. */
  readonly id: string;
  /** The game's spelling. */
  readonly game: string;
  /** The version of its rules. */
  readonly game_version: string;
  /** What people call the game. */
  readonly title: string;
  /** Who sits where. */
  readonly seats: readonly SeatInfo[];
  /** Under which it was played. */
  readonly conditions: readonly NamedValue[];
  /** The deal, as text since it does not fit a number of JavaScript; null while it is secret. */
  readonly seed: string | null;
  /** What it was played with. */
  readonly software: string;
  /** Why it ended; null while it runs. */
  readonly reason: string | null;
  /** The score of each seat; empty while it runs. */
  readonly scores: readonly number[];
  /** Every metric of the game by seat; null where undefined. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
  /** Failures of agents. */
  readonly faults: readonly FaultRow[];
  /** Actions taken, over all players. */
  readonly plies: number;
  /** Frames of its replay. */
  readonly frames: number;
  /** Whether a person played. */
  readonly human: boolean;
  /** Whether it is being played now. */
  readonly live: boolean;
  /** The tournament that it belongs to; null where to none. */
  readonly tournament: string | null;
  /** Through whose eyes it may be seen: `public`, `open`, `0`, `1` ... */
  readonly viewpoints: readonly string[];
  /** Whether the record plays again as it was played; otherwise only what is stored is shown. */
  readonly replayable: boolean;
  /** Why it does not play again; null where it does. */
  readonly problem: string | null;
  /** Moments that are worth a look. */
  readonly marks: readonly Mark[];
  /** What to draw below the match: the worth of hands, what agents believed. */
  readonly series: readonly MatchesSeries[];
};

/** Stored matches in the order of rounds, blocks and seatings. */
export type Matches = {
  /** One page. */
  readonly items: readonly MatchCard[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
};

/** Something measured for every player at the end of a match. */
export type Metric = {
  /** Its name, for `by`. */
  readonly name: string;
  /** What one unit of it is. */
  readonly unit: string;
  /** `higher` or `lower` is better, or `neither`: it describes and does not rank. */
  readonly direction: string;
  /** Whether rankings go by it unless told otherwise. */
  readonly primary: boolean;
  /** What people call it. */
  readonly title: string;
};

/** A name and its value, in words. */
export type NamedValue = {
  /** What it is. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
};

/** How a match ended. */
export type Outcome = {
  /** Why it ended. */
  readonly reason: string;
  /** The score of each seat. */
  readonly scores: readonly number[];
  /** Every metric of the game by seat; null where undefined. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
};

/** How two agents compare. */
export type Pair = {
  /** An agent's position in the plan. */
  readonly first: number;
  /** Another's. */
  readonly second: number;
  /** Score of the first less that of the second, in the unit of the metric. */
  readonly difference: Interval;
  /** Two-sided p-value of "no difference" of this pair alone; null where intervals decide. */
  readonly p: number | null;
  /** The same, corrected for all pairs of the round; null where intervals decide. */
  readonly p_holm: number | null;
  /** The test. */
  readonly test: string;
  /** The position of the agent shown to be better; null where neither is. */
  readonly better: number | null;
  /** Whether the two scored the same in every block. */
  readonly identical: boolean;
  /** Mean over standard deviation of the block differences; null where there is none. */
  readonly d_z: number | null;
  /** Blocks behind the difference. */
  readonly blocks: number;
};

/** Every pair of a round; of a large field, neighbours in the ranking. */
export type Pairs = {
  /** The metric that ranks. */
  readonly metric: string;
  /** Its unit. */
  readonly unit: string;
  /** Which way it is better. */
  readonly higher_is_better: boolean;
  /** How p-values are corrected for the number of pairs. */
  readonly correction: string;
  /** Whether only neighbours in the ranking are here. */
  readonly neighbours_only: boolean;
  /** The pairs. */
  readonly items: readonly Pair[];
  /** Always null: the list is whole. */
  readonly next?: string | null;
};

/** A parameter of a game or an agent. */
export type Parameter = {
  /** Its name. */
  readonly name: string;
  /** Its value here, as spelled. */
  readonly value: string;
  /** Its type, in words. */
  readonly kind: string;
};

/** One action of the match. */
export type Ply = {
  /** Actions taken before it. */
  readonly ply: number;
  /** Who. */
  readonly player: number;
  /** What, in the words of the game. */
  readonly says: string;
};

/** What a person is told whenever something has happened. */
export type Position = {
  /** Which message it is. */
  readonly type: "state";
  /** The table. */
  readonly table: string;
  /** His seat. */
  readonly seat: number;
  /** The table now, as he sees it. */
  readonly frame: Frame;
  /** The table one step earlier, with what was done then; null at the start. */
  readonly previous: Frame | null;
  /** What he may do: empty where it is not his turn, null where the moves are too many to list. */
  readonly legal: readonly LegalMove[] | null;
  /** What is legal in a few words, where `legal` is null. */
  readonly expected: string | null;
  /** All that was done so far. */
  readonly history: readonly Ply[];
  /** How the match ended; null while it is played. */
  readonly outcome: Outcome | null;
  /** The id of the match; null until it is over, and where it was not kept. */
  readonly match: string | null;
};

/** A named set of rules of a game. */
export type Preset = {
  /** Its name. */
  readonly name: string;
  /** What it is; empty where the game does not say. */
  readonly summary: string;
};

/** A failure (RFC 9457). */
export type Problem = {
  /** Which kind, as a URN; `about:blank` where the status says it all. */
  readonly type: string;
  /** The status in words. */
  readonly title: string;
  /** The status. */
  readonly status: number;
  /** What was expected, what came, and the nearest valid choice. */
  readonly detail: string;
  /** The path that was asked for. */
  readonly instance: string;
  /** The fields at fault; absent where none is. */
  readonly errors?: readonly FieldProblem[] | null;
};

/** How far a tournament is. */
export type Progress = {
  /** Whole blocks stored. */
  readonly blocks: number;
  /** Blocks in all; null where something else ends it. */
  readonly blocks_wanted: number | null;
  /** Matches in them. */
  readonly matches: number;
  /** Seconds of play. */
  readonly elapsed_s: number;
  /** Seconds that it is likely to take still; null where nobody knows or nothing runs. */
  readonly left_s: number | null;
  /** Pairs of agents not decided yet, in a tournament that waits for answers; null otherwise. */
  readonly open_pairs: number | null;
  /** Pairs of agents in such a tournament; null otherwise. */
  readonly pairs: number | null;
};

/** The ranking of a round. */
export type Ranking = {
  /** The tournament's number. */
  readonly tournament: number;
  /** The round's number. */
  readonly round: number;
  /** What the round is. */
  readonly title: string;
  /** The metric that ranks. */
  readonly metric: string;
  /** Its unit. */
  readonly unit: string;
  /** Which way it is better. */
  readonly higher_is_better: boolean;
  /** What the scores estimate, in a sentence. */
  readonly estimand: string;
  /** Deal blocks ranked. */
  readonly blocks: number;
  /** Matches in them. */
  readonly matches: number;
  /** How claims about pairs are corrected for their number. */
  readonly correction: string;
  /** Agents ranked, over all pages. */
  readonly agents: number;
  /** What a reader must know. */
  readonly notes: readonly string[];
  /** One page, the best first. */
  readonly items: readonly RankingRow[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
};

/** One agent's line. */
export type RankingRow = {
  /** The agent's position in the plan, from 0. */
  readonly agent: number;
  /** Its spelling. */
  readonly name: string;
  /** What kind of mind it has. */
  readonly family: string;
  /** By the score, from 1; equals share the best. */
  readonly rank: number;
  /** The best rank that the data allow, for all agents at once with 95 % confidence. */
  readonly rank_low: number;
  /** The worst rank that the data allow. */
  readonly rank_high: number;
  /** 1 for the leader and all not shown worse; and so on. */
  readonly tier: number;
  /** Agents who share a letter are not shown to differ; empty in a large field. */
  readonly letters: string;
  /** The mean of the metric that ranks, in its unit. */
  readonly score: Interval;
  /** The share of matches won; null where the game does not say who won. */
  readonly wins: Interval | null;
  /** Matches played, each seat counted. */
  readonly matches: number;
  /** Actions chosen. */
  readonly decisions: number;
  /** Failures. */
  readonly faults: number;
  /** Milliseconds a decision; null without decisions. */
  readonly ms_per_decision: number | null;
};

/** A round of a tournament. */
export type RoundCard = {
  /** From 0. */
  readonly number: number;
  /** What it is. */
  readonly title: string;
  /** Whole blocks stored. */
  readonly blocks: number;
  /** The game's spelling. */
  readonly game: string;
};

/** An agent of a figure. */
export type RunningAgent = {
  /** Its position in the plan. */
  readonly agent: number;
  /** Its spelling. */
  readonly name: string;
};

/** What is to be seen, as the game tells it. */
export type SceneModel = {
  /** The renderer that draws it. */
  readonly kind: string;
  /** The version of the format. */
  readonly version: number;
  /** What the renderer draws. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The same in words. */
  readonly text: string;
  /** What is noteworthy about this moment. */
  readonly highlights: readonly string[];
};

/** What those who watch are told whenever something has happened; nobody's hand is in it. */
export type Scenery = {
  /** The table. */
  readonly table: string;
  /** The table now, as everybody sees it. */
  readonly frame: Frame;
  /** What was done since the event before; all that was done, in the first event of a connection. */
  readonly history: readonly Ply[];
  /** How the match ended; null while it is played. */
  readonly outcome: Outcome | null;
  /** The id of the match; null until it is over, and where it was not kept. */
  readonly match: string | null;
};

/** Who sits on a seat. */
export type SeatInfo = {
  /** From 0. */
  readonly seat: number;
  /** The agent's spelling. */
  readonly agent: string;
  /** What to call him. */
  readonly name: string;
  /** The agent's version; null where none is known. */
  readonly version: string | null;
  /** What made it play as it did; null as above. */
  readonly digest: string | null;
};

/** A tournament that has begun. */
export type Started = {
  /** Its number in this store. */
  readonly id: number;
};

/** A table, as everybody may see it. */
export type TableDetail = {
  /** Its id. */
  readonly id: string;
  /** The game's spelling. */
  readonly game: string;
  /** What people call the game. */
  readonly title: string;
  /** Who sits where. */
  readonly seats: readonly SeatInfo[];
  /** The seats of people. */
  readonly people: readonly number[];
  /** Under which it is played. */
  readonly conditions: readonly NamedValue[];
  /** When it was opened, UTC. */
  readonly opened: string;
  /** Whether agents think, a person is waited for, or the match is over. */
  readonly state: "thinking" | "waiting" | "over";
  /** Actions taken so far. */
  readonly plies: number;
  /** The seats of people who are connected. */
  readonly here: readonly number[];
  /** How many others watch. */
  readonly watching: number;
  /** How it ended; null while it is played. */
  readonly outcome: Outcome | null;
  /** The id of the match; null until it is over, and where it was not kept. */
  readonly match: string | null;
};

/** A table that was opened. */
export type TableOpened = {
  /** Its id. */
  readonly id: string;
  /** The seat of the first person. */
  readonly seat: number;
  /** The key of the first person: for the WebSocket, and to delete the match later. */
  readonly key: string;
  /** Every person's seat and key, the first person's too. */
  readonly people: readonly Chair[];
};

/** A table to be opened. */
export type TableRequest = {
  /** The game's spelling; it is set for as many players as there are seats. */
  readonly game?: string;
  /** Who sits where: `human`, or an agent's spelling. */
  readonly seats: readonly string[];
  /** Simulations a decision, for agents that search. */
  readonly simulations?: number;
};

/** A tournament in short. */
export type TournamentCard = {
  /** Its number in this store. */
  readonly id: number;
  /** What identifies its plan anywhere. */
  readonly digest: string;
  /** The game's spelling. */
  readonly game: string;
  /** The schedule's spelling. */
  readonly format: string;
  /** The agents' spellings, in the order of the plan. */
  readonly agents: readonly string[];
  /** When it began: ISO 8601, UTC. */
  readonly created: string;
  /** Whole blocks stored, over all rounds. */
  readonly blocks: number;
  /** Matches in them. */
  readonly matches: number;
  /** Seconds of play. */
  readonly seconds: number;
  /** Whether it runs. */
  readonly state: "running" | "finished" | "stopped";
  /** The best agent of the ranking where one is known without computing it; null otherwise. */
  readonly leader: string | null;
};

/** A tournament in full. */
export type TournamentDetail = {
  /** Its number in this store. */
  readonly id: number;
  /** What identifies its plan anywhere. */
  readonly digest: string;
  /** The game's spelling. */
  readonly game: string;
  /** The schedule's spelling. */
  readonly format: string;
  /** The agents' spellings, in the order of the plan. */
  readonly agents: readonly string[];
  /** When it began: ISO 8601, UTC. */
  readonly created: string;
  /** Whole blocks stored, over all rounds. */
  readonly blocks: number;
  /** Matches in them. */
  readonly matches: number;
  /** Seconds of play. */
  readonly seconds: number;
  /** Whether it runs. */
  readonly state: "running" | "finished" | "stopped";
  /** The best agent of the ranking where one is known without computing it; null otherwise. */
  readonly leader: string | null;
  /** The plan, as a plan file holds it. */
  readonly plan: Readonly<Record<string, unknown>>;
  /** The command that plays the same again. */
  readonly command: string;
  /** Under which every match is played. */
  readonly conditions: readonly NamedValue[];
  /** What the scores estimate, in a sentence. */
  readonly estimand: string;
  /** Its rounds so far. */
  readonly rounds: readonly RoundCard[];
  /** How far it is. */
  readonly progress: Progress;
  /** What a reader must know. */
  readonly notes: readonly string[];
};

/** A tournament to be played; what is absent is as on the command line. */
export type TournamentRequest = {
  /** The game's spelling. */
  readonly game: string;
  /** Spellings, `all`, families such as `@search`, `-name` to leave one out. */
  readonly agents: readonly string[];
  /** The schedule's spelling. */
  readonly format?: string;
  /** Ends after so many deal blocks. */
  readonly blocks?: number | null;
  /** Ends after so many seconds of play; 75 where nothing else ends it. */
  readonly seconds?: number | null;
  /** `decided` ends it when every pair is decided or equivalent. */
  readonly until?: "decided" | null;
  /** With `until`: differences up to this size count as none, in the unit of the metric that ranks. */
  readonly within?: number | null;
  /** The root of all chance; drawn where null. */
  readonly seed?: number | null;
  /** Simulations a decision, in short for the same in `conditions`. */
  readonly simulations?: number | null;
  /** Under which it is played. */
  readonly conditions?: ConditionsRequest;
};

/** Tournaments, the newest first. */
export type Tournaments = {
  /** One page. */
  readonly items: readonly TournamentCard[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
};

/** A number over the plies of a match. */
export type MatchesSeries = {
  /** What it is. */
  readonly name: string;
  /** Its unit; empty where it has none. */
  readonly unit: string;
  /** Whose it is; null where it is the table's. */
  readonly seat: number | null;
  /** Ply and value, ascending. */
  readonly points: readonly (readonly [number, number])[];
};

/** The running mean of an agent; one value for each of `Convergence.blocks`. */
export type RankingsSeries = {
  /** Its position in the plan. */
  readonly agent: number;
  /** The mean of the first blocks; null before the agent's second block. */
  readonly value: readonly (number | null)[];
  /** The lower ends of its 95 % confidence sequence; null before the agent's 30th block. */
  readonly low: readonly (number | null)[];
  /** The upper ends. */
  readonly high: readonly (number | null)[];
};
