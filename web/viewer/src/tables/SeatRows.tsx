import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { AgentCard } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { sentence } from "../parts/format";
import { Icon } from "../parts/Icon";
import { GUEST, ME, moved, type Sitter } from "./wish";

/** What `SeatRows` takes. */
export interface SeatRowsProps {
  readonly seats: readonly Sitter[];
  /** The agents that may be chosen. */
  readonly agents: readonly AgentCard[];
  readonly onChange: (seats: readonly Sitter[]) => void;
}

/** Who sits where, from the first seat on: each row names one, says what he is like, and can be moved. */
export function SeatRows({ seats, agents, onChange }: SeatRowsProps): JSX.Element {
  const rows = useRef<HTMLOListElement>(null);
  const move = (place: number, by: -1 | 1): void => {
    onChange(moved(seats, place, by));
    // The focus goes with the one who was moved.
    requestAnimationFrame(() => rows.current?.querySelectorAll<HTMLButtonElement>(by < 0 ? ".seat-up" : ".seat-down")[place + by]?.focus());
  };
  return (
    <ol class="seat-rows" ref={rows}>
      {seats.map((sitter, place) => (
        <li key={place} class={sitter === ME ? "seat-row seat-mine" : "seat-row"}>
          <span class="seat-number">
            <span class="hidden">Seat </span>
            {place + 1}
          </span>
          <span class="seat-who">
            <Who sitter={sitter} place={place} agents={agents} onChange={(chosen) => onChange(seats.map((each, at) => (at === place ? chosen : each)))} />
            <small>{about(sitter, agents)}</small>
          </span>
          <span class="seat-moves">
            <Mover up place={place} last={seats.length - 1} move={move} />
            <Mover up={false} place={place} last={seats.length - 1} move={move} />
          </span>
        </li>
      ))}
    </ol>
  );
}

interface WhoProps {
  readonly sitter: Sitter;
  readonly place: number;
  readonly agents: readonly AgentCard[];
  readonly onChange: (sitter: Sitter) => void;
}

function Who({ sitter, place, agents, onChange }: WhoProps): JSX.Element {
  if (sitter === ME) {
    return (
      <span class="seat-me">
        <AgentMarker name="you" />
        You
      </span>
    );
  }
  return (
    <span class="seat-choice">
      <AgentMarker name={sitter === GUEST ? "human" : sitter} />
      <select aria-label={`Who sits on seat ${place + 1}`} value={sitter} onChange={(event) => onChange(event.currentTarget.value)}>
        {agents.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value={GUEST}>another person</option>
      </select>
    </span>
  );
}

interface MoverProps {
  readonly up: boolean;
  readonly place: number;
  readonly last: number;
  readonly move: (place: number, by: -1 | 1) => void;
}

function Mover({ up, place, last, move }: MoverProps): JSX.Element {
  const end = up ? place === 0 : place === last;
  const label = `Move seat ${place + 1} ${up ? "up" : "down"}`;
  return (
    <button type="button" class={`quiet seat-move ${up ? "seat-up" : "seat-down"}`} aria-label={label} title={label} aria-disabled={end} onClick={() => !end && move(place, up ? -1 : 1)}>
      <Icon name={up ? "up" : "down"} />
    </button>
  );
}

function about(sitter: Sitter, agents: readonly AgentCard[]): string {
  if (sitter === ME) return "Your seat. The order at the table is the order of play.";
  if (sitter === GUEST) return "Gets a link from you; the game waits for his moves.";
  return sentence(agents.find(({ name }) => name === sitter)?.summary ?? "");
}
