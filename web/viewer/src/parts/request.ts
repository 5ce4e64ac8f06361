/** What the form of a new tournament says: as the body of a request, and as a command. */
import type { TournamentRequest } from "../api/types";

/** How a tournament ends. */
export type StopRule = "decided" | "blocks" | "time";

/** The state of the form; numbers are the text of their fields. */
export interface Wish {
  readonly game: string;
  /** Players at the table; "" leaves the game's own number. */
  readonly players: string;
  /** A preset of the rules; "" leaves the game's own. */
  readonly preset: string;
  readonly agents: readonly string[];
  /** More agents by spelling, parted by commas or lines. */
  readonly more: string;
  readonly format: string;
  readonly stop: StopRule;
  readonly blocks: string;
  readonly minutes: string;
  readonly simulations: string;
  readonly seed: string;
}

/** The form before anything is chosen. */
export const FRESH: Wish = {
  game: "",
  players: "",
  preset: "",
  agents: [],
  more: "",
  format: "round-robin",
  stop: "blocks",
  blocks: "400",
  minutes: "5",
  simulations: "200",
  seed: "",
};

/** The game with the chosen table and rules: `dhumbal(players=2, rules=np10)`. */
export function gameOf({ game, players, preset }: Wish): string {
  const chosen = [players && `players=${players}`, preset && `rules=${preset}`].filter(Boolean);
  return chosen.length > 0 ? `${game}(${chosen.join(", ")})` : game;
}

/** All agents that were chosen, each once; commas within brackets belong to a spelling. */
export function agentsOf({ agents, more }: Wish): readonly string[] {
  const typed = more.split(/[\n;]|,(?![^(]*\))/).map((name) => name.trim());
  return [...new Set([...agents, ...typed.filter(Boolean)])];
}

/** What is wrong with the form, in a sentence, or null. */
export function complaint(wish: Wish): string | null {
  if (!wish.game) return "Choose a game.";
  if (agentsOf(wish).length < 2) return "Choose two agents or more.";
  const limited = wish.stop === "blocks" || (wish.stop === "decided" && wish.blocks !== "");
  if (limited && !(whole(wish.blocks) ?? 0)) return "Say after how many blocks it ends: a whole number of 1 or more.";
  if (wish.stop === "time" && !(Number(wish.minutes) > 0)) return "Say after how many minutes it ends.";
  if (wish.simulations && !(whole(wish.simulations) ?? 0)) return "Simulations are a whole number of 1 or more.";
  if (wish.seed && !Number.isSafeInteger(whole(wish.seed))) return "The seed is a whole number of at most 15 digits.";
  return null;
}

function whole(text: string): number | null {
  return /^\d+$/.test(text.trim()) ? Number(text) : null;
}

/** The body of the request. */
export function requestOf(wish: Wish): TournamentRequest {
  const { format, stop, blocks, minutes, simulations, seed } = wish;
  return {
    game: gameOf(wish),
    agents: agentsOf(wish),
    format,
    ...(stop === "time" ? { seconds: Math.round(Number(minutes) * 60) } : blocks ? { blocks: Number(blocks) } : {}),
    ...(stop === "decided" ? { until: "decided" } : {}),
    ...(simulations ? { simulations: Number(simulations) } : {}),
    ...(seed ? { seed: Number(seed) } : {}),
  };
}

/** The command that does the same in a shell. */
export function commandOf(wish: Wish): string {
  const { game, players, preset, format, stop, blocks, minutes, simulations, seed } = wish;
  const parts = ["arena tournament", game || "GAME"];
  if (players) parts.push(`--players ${players}`);
  if (preset) parts.push(`--rules ${preset}`);
  const agents = agentsOf(wish).join(",");
  parts.push(`--agents ${/[^\w,:=.@-]/.test(agents) ? `'${agents}'` : agents || "NAMES"}`);
  if (format !== "round-robin") parts.push(`--format ${format}`);
  if (stop === "decided") parts.push("--until decided");
  if (stop === "time") parts.push(`--time ${Math.round(Number(minutes) * 60)}s`);
  else if (blocks) parts.push(`--blocks ${blocks}`);
  if (simulations) parts.push(`--simulations ${simulations}`);
  if (seed) parts.push(`--seed ${seed}`);
  return parts.join(" ");
}
