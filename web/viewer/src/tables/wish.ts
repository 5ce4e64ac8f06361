/** The form that opens a table: what was chosen, and the request that it makes. */
import type { AgentCard, GameDetail, TableRequest } from "../api/types";

/** What sits on a seat: the reader, another person, or an agent by its spelling. */
export type Sitter = string;

/** The reader himself. */
export const ME: Sitter = "me";
/** Another person, who gets a link. */
export const GUEST: Sitter = "guest";

/** The state of the form. */
export interface TableWish {
  readonly game: string;
  /** A preset of the rules; "" leaves the game's own. */
  readonly preset: string;
  /** Rounds of the match; "" leaves the game's own. */
  readonly rounds: string;
  /** From the first seat to the last; the reader on exactly one. */
  readonly seats: readonly Sitter[];
  readonly simulations: number;
}

/** The form before anything is chosen. */
export const FRESH: TableWish = { game: "", preset: "", rounds: "", seats: [], simulations: 1000 };

/** How long agents that search may think. */
export const STRENGTHS: readonly (readonly [simulations: number, name: string])[] = [
  [100, "briefly: 100 simulations a move"],
  [1000, "well: 1,000 simulations a move"],
  [5000, "long: 5,000 simulations a move"],
];

/** Opponents for a first table, the first ones first. */
const LIKED = ["tuned", "greedy", "ismcts", "balanced", "opportunistic", "aggressive", "conservative", "random"];

/** The agents that may sit down, those that play by nothing but chance last. */
export function opponents(agents: readonly AgentCard[]): readonly AgentCard[] {
  const able = agents.filter(({ family, access }) => family !== "human" && access !== "state");
  return [...able.filter(({ family }) => family !== "baseline"), ...able.filter(({ family }) => family === "baseline")];
}

/** The form made fit for a game: as many seats as its table has, every agent one that plays it, the reader on one seat. */
export function fitted(wish: TableWish, game: GameDetail, agents: readonly AgentCard[], players?: number): TableWish {
  const able = opponents(agents).map(({ name }) => name);
  const sizes = game.table_sizes.length > 0 ? game.table_sizes : [game.players];
  const wanted = players ?? wish.seats.length;
  const size = sizes.includes(wanted) ? wanted : game.players;
  const kept = wish.seats.slice(0, size).filter((sitter) => sitter === ME || sitter === GUEST || able.includes(sitter));
  const seats = kept.includes(ME) ? kept : [ME, ...kept].slice(0, size);
  const fresh = [...LIKED.filter((name) => able.includes(name)), ...able].filter((name) => !seats.includes(name));
  while (seats.length < size) seats.push(fresh.shift() ?? able[0] ?? GUEST);
  const preset = game.presets.some(({ name }) => name === wish.preset) ? wish.preset : "";
  return { ...wish, game: game.name, preset, rounds: hasRounds(game) ? wish.rounds : "", seats };
}

/** Whether a match of the game can be made of several rounds. */
export function hasRounds({ parameters }: GameDetail): boolean {
  const names = parameters.map(({ name }) => name);
  return names.includes("match") && names.includes("rounds");
}

/** The seats with one of them moved by one place; where there is no such place they stay. */
export function moved(seats: readonly Sitter[], place: number, by: -1 | 1): readonly Sitter[] {
  const other = place + by;
  const [one, two] = [seats[place], seats[other]];
  if (one === undefined || two === undefined) return seats;
  return seats.map((sitter, at) => (at === place ? two : at === other ? one : sitter));
}

/** The body of the request. */
export function requestOf({ game, preset, rounds, seats, simulations }: TableWish): Required<TableRequest> {
  const chosen = [preset && `rules=${preset}`, rounds && `match=rounds, rounds=${rounds}`].filter(Boolean);
  return {
    game: chosen.length > 0 ? `${game}(${chosen.join(", ")})` : game,
    seats: seats.map((sitter) => (sitter === ME || sitter === GUEST ? "human" : sitter)),
    simulations,
  };
}

const KEY = "arena-table-wish";

/** The form as it was last sent, or fresh. */
export function keptWish(): TableWish {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof found !== "object" || found === null) return FRESH;
    const { game, preset, rounds, seats, simulations } = found as Partial<Record<keyof TableWish, unknown>>;
    return {
      game: text(game),
      preset: text(preset),
      rounds: text(rounds),
      seats: Array.isArray(seats) ? seats.filter((each): each is string => typeof each === "string") : [],
      simulations: STRENGTHS.some(([known]) => known === simulations) ? (simulations as number) : FRESH.simulations,
    };
  } catch {
    return FRESH;
  }
}

/** Keeps the form for the next time. */
export function keepWish(wish: TableWish): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(wish));
  } catch {
    // Storage may be switched off; the form then begins fresh.
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
