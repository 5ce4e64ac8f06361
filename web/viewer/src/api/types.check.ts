/** Does nothing but compile: the types of this folder are those of the server, whose models `schema.d.ts` holds. */
import type * as server from "./schema";
import type * as own from "./types";

/** A type with nothing left out: the server always sends what has a default. */
type Whole<T> = T extends object ? { readonly [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> } : T;
/** True where each of two types can stand for the other; where not, the two, for the compiler's message. */
type Same<Own, Server> = [Whole<Own>] extends [Whole<Server>] ? ([Whole<Server>] extends [Whole<Own>] ? true : { lacks: Whole<Server> }) : { differs: Whole<Own> };
/** A request may leave out or name more narrowly what it likes. */
type Fits<Own, Server> = Own extends Server ? true : { differs: Own };
type Is<Check extends true> = Check;

export type Checked = [
  Is<Same<own.Problem, server.Problem>>,
  Is<Same<own.Estimate, server.Interval>>,
  Is<Same<own.NamedValue, server.NamedValue>>,
  Is<Same<own.Metric, server.Metric>>,
  Is<Same<own.GameCard, server.GameCard>>,
  Is<Same<own.Listed<own.GameCard>, server.Games>>,
  Is<Same<own.Parameter, server.Parameter>>,
  Is<Same<own.GameDetail, server.GameDetail>>,
  Is<Same<own.AgentCard, server.AgentCard>>,
  Is<Same<own.Listed<own.AgentCard>, server.Agents>>,
  Is<Same<own.AgentResult, server.AgentResult>>,
  Is<Same<own.AgentDetail, server.AgentDetail>>,
  Is<Same<own.TournamentCard, server.TournamentCard>>,
  Is<Same<own.Listed<own.TournamentCard>, server.Tournaments>>,
  Is<Same<own.TournamentDetail, server.TournamentDetail>>,
  Is<Same<own.Round, server.RoundCard>>,
  Is<Same<own.Progress, server.Progress>>,
  Is<Same<own.AgentRow, server.RankingRow>>,
  Is<Same<own.Ranking, server.Ranking>>,
  Is<Same<own.PairRow, server.Pair>>,
  Is<Same<own.Pairs, server.Pairs>>,
  Is<Same<own.Convergence, server.Convergence>>,
  Is<Same<own.MatchCard, server.MatchCard>>,
  Is<Same<own.Listed<own.MatchCard>, server.Matches>>,
  Is<Same<own.SeatInfo, server.SeatInfo>>,
  Is<Same<own.Mark, server.Mark>>,
  Is<Same<own.Series, server.MatchesSeries>>,
  Is<Same<own.Fault, server.FaultRow>>,
  Is<Same<own.MatchDetail, server.MatchDetail>>,
  Is<Same<own.FrameAction, server.FrameAction>>,
  Is<Same<own.Scene, server.SceneModel>>,
  Is<Same<own.Frame, server.Frame>>,
  Is<Same<own.FramePage, server.FramePage>>,
  Is<Same<own.AdviceRow, server.AdviceRow>>,
  Is<Same<own.Advice, server.Advice>>,
  Is<Same<own.Chair, server.Chair>>,
  Is<Same<own.TableCreated, server.TableOpened>>,
  Is<Same<own.TableOutcome, server.Outcome>>,
  Is<Same<own.TableDetail, server.TableDetail>>,
  Is<Same<own.TablePly, server.Ply>>,
  Is<Same<own.LegalMove, server.LegalMove>>,
  Is<Same<own.TableMessage, server.Position | server.Complaint>>,
  Is<Same<own.TableScenery, server.Scenery>>,
  Is<Same<own.TableAct, server.Act>>,
  Is<Fits<own.TournamentRequest, server.TournamentRequest>>,
  Is<Fits<own.TableRequest, server.TableRequest>>,
];
