/**
 * What the server sends and takes, under the names of the viewer. `schema.d.ts` is written from the server's models, so that nothing
 * here can differ from them. Times of creation are ISO 8601, durations are seconds.
 */
import type * as server from "./schema";

export type {
  Advice,
  AdviceRow,
  AgentCard,
  AgentDetail,
  AgentResult,
  Chair,
  Convergence,
  Frame,
  FrameAction,
  FramePage,
  GameCard,
  GameDetail,
  LegalMove,
  Mark,
  MatchCard,
  MatchDetail,
  Metric,
  NamedValue,
  Pairs,
  Parameter,
  Problem,
  Progress,
  Ranking,
  SeatInfo,
  TableDetail,
  TableRequest,
  TournamentCard,
  TournamentDetail,
  TournamentRequest,
  Interval as Estimate,
  RankingRow as AgentRow,
  FaultRow as Fault,
  Pair as PairRow,
  RoundCard as Round,
  SceneModel as Scene,
  MatchesSeries as Series,
  Act as TableAct,
  TableOpened as TableCreated,
  Outcome as TableOutcome,
  Ply as TablePly,
  Scenery as TableScenery,
  Position as TableState,
} from "./schema";

/** A page of a list. */
export interface Listed<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

/** An estimate with its 95 % interval; null where there is too little to say. */
export type Interval = Pick<server.Interval, "value" | "low" | "high">;

/** Whether a tournament runs. */
export type TournamentState = server.TournamentCard["state"];

/** The body of the `progress` event of a running tournament. */
export type ProgressEvent = server.Progress & { readonly state: TournamentState };

/** Whose eyes a frame is seen with: everybody's, nobody's blindfold, or a seat's. */
export type Viewpoint = "public" | "open" | number;

/** What the server tells a human at a table. */
export type TableMessage = server.Position | server.Complaint;
