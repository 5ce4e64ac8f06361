/** Games and agents in words. */
import type { AgentCard, GameCard } from "../api/types";
import { ranks } from "./format";

/** How many may sit at a game's table: `2–5`. */
export function playersOf(game: GameCard): string {
  const sizes = game.table_sizes.length > 0 ? game.table_sizes : [game.players];
  return `${ranks(Math.min(...sizes), Math.max(...sizes))}`;
}

/** What an agent may look at, in words. */
export function accessOf(agent: AgentCard): string {
  if (agent.access === "view") return "its own view";
  if (agent.access === "rules") return "its view and the rules";
  return agent.access === "state" ? "everything" : agent.access;
}
