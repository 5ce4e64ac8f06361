import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { SeatInfo } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { seatNames } from "../player/names";
import type { Seen } from "./seen";

/** What `TableLog` takes. */
export interface TableLogProps {
  readonly seen: Seen;
  readonly seats: readonly SeatInfo[];
  /** How a round has ended with the last move; "" where it has not. */
  readonly told: string;
  /** Whether the reader is asked for a move. */
  readonly asked: boolean;
}

/** What was done so far, the newest at the end, and the last of it for screen readers. */
export function TableLog({ seen, seats, told, asked }: TableLogProps): JSX.Element {
  const names = seatNames(seats);
  const list = useRef<HTMLOListElement>(null);
  const { history, previous, frame } = seen;
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [history.length]);
  const last = (previous?.actions ?? []).map(({ player, says }) => `${names[player]}: ${says}.`).join(" ");
  const next = frame.over ? "The match is over." : asked ? "Your turn." : "";
  return (
    <section class="table-log" aria-labelledby="table-log-title">
      <h2 id="table-log-title">Moves</h2>
      <ol ref={list} tabIndex={0} aria-labelledby="table-log-title">
        {history.length === 0 && <li class="log-none">Nobody has moved yet.</li>}
        {history.map(({ ply, player, says }, place) => {
          const opens = history[place - 1]?.player !== player;
          return (
            <li key={ply} class={opens ? "log-opens" : ""}>
              <span class="log-who">
                {opens && <AgentMarker name={seats[player]?.name ?? ""} />}
                <span class={opens ? "log-name" : "hidden"}>{names[player]}</span>
              </span>
              <span class="log-says">{says}</span>
            </li>
          );
        })}
      </ol>
      <p class="hidden" role="status" aria-live="polite">
        {[last, told, next].filter(Boolean).join(" ")}
      </p>
    </section>
  );
}
