import type { JSX } from "preact";
import { AgentMarker } from "../../parts/AgentName";
import { number, signed } from "../../parts/format";
import type { Box } from "./layout";
import type { SeatState } from "./model";

/** What `SeatPanel` takes. */
export interface SeatPanelProps {
  readonly seat: SeatState;
  readonly box: Box;
  /** The agent's spelling, which decides its colour and marker. */
  readonly agent: string;
  readonly name: string;
  readonly economy: "coins" | "points";
  /** What the round has brought; null where it is not over. */
  readonly change: number | null;
  /** What is said of him now: `calls with 4`, `wins`; null for nothing. */
  readonly says: string | null;
  /** Whether he has won the round. */
  readonly won: boolean;
  /** How long, in ms, the worth of his hand waits until his cards have been turned over. */
  readonly delay: number;
}

/** Who sits here, what he owns, what his hand is worth. */
export function SeatPanel({ seat, box, agent, name, economy, change, says, won, delay }: SeatPanelProps): JSX.Element {
  const classes = ["dt-seat", seat.toMove && "dt-to-move", won && "dt-won", seat.out && "dt-out"].filter(Boolean).join(" ");
  return (
    <div class={classes} style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }}>
      <div class="dt-who">
        <AgentMarker name={agent} />
        <span class="dt-name" title={agent}>
          {name}
        </span>
        {seat.starter && (
          <span class="dt-starter" title="begins the round">
            <span aria-hidden="true">1</span>
            <span class="hidden">begins the round</span>
          </span>
        )}
      </div>
      <div class="dt-owns">
        <span class="dt-wealth">
          {number(seat.wealth)} <span class="dt-unit">{unitOf(economy, seat.wealth)}</span>
        </span>
        {change !== null && change !== 0 && <span class={isGood(change, economy) ? "dt-change dt-up" : "dt-change dt-down"}>{signed(change)}</span>}
        {seat.toMove && (
          <span class="dt-tag dt-tag-move">
            <span>to move</span>
          </span>
        )}
      </div>
      {seat.value !== null && seat.cards.length > 0 && (
        <span class="dt-worth" style={{ animationDelay: `${delay}ms` }} title={`hand worth ${seat.value}`}>
          <span class="hidden">hand worth </span>
          {seat.value}
        </span>
      )}
      {(says || seat.out) && <span class={won ? "dt-bubble dt-bubble-won" : "dt-bubble"}>{says ?? "out"}</span>}
    </div>
  );
}

function unitOf(economy: "coins" | "points", wealth: number): string {
  return Math.abs(wealth) === 1 ? economy.slice(0, -1) : economy;
}

function isGood(change: number, economy: "coins" | "points"): boolean {
  return economy === "coins" ? change > 0 : change < 0;
}
