import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { FrameAction, SeatInfo } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { seatNames } from "./names";
import type { Playback } from "./playback";
import type { Side } from "./side";
import { barsOf, digits, readThoughts, type Candidate, type Fact } from "./thoughts";

/** What `Thoughts` takes. */
export interface ThoughtsProps {
  readonly side: Side;
  readonly playback: Playback;
  readonly open: boolean;
  readonly onToggle: () => void;
  /** Which of two matches it is; "" for the only one. */
  readonly letter?: string;
}

/** What those who move at this frame thought, and what they then did. */
export function Thoughts({ side, playback, open, onToggle, letter = "" }: ThoughtsProps): JSX.Element {
  return (
    <section class="pl-thoughts" aria-label={`Thoughts ${letter && `in ${letter}`}`.trim()}>
      <h2 class="pl-heading">
        <button type="button" class="pl-fold" aria-expanded={open} onClick={onToggle}>
          Thoughts {letter && `in ${letter}`}
        </button>
      </h2>
      {open && <Now side={side} playback={playback} letter={letter} />}
    </section>
  );
}

interface NowProps {
  readonly side: Side;
  readonly playback: Playback;
  readonly letter: string;
}

function Now({ side, playback, letter }: NowProps): JSX.Element {
  const frame = side.frameAt(playback.index.value);
  const { view } = side.seen.value;
  if (!frame) return <p class="pl-none">The match is on its way.</p>;
  if (frame.actions.length === 0) {
    return <p class="pl-none">{frame.over ? "The match is over; nobody has to think." : "Nobody has moved here yet."}</p>;
  }
  return (
    <div class="pl-minds" data-scrolls tabIndex={0} role="region" aria-label={`Thoughts about this move ${letter && `in ${letter}`}`.trim()}>
      {frame.actions.map((action) => (
        <Mind key={action.player} action={action} seats={side.match.seats} hidden={view !== "open" && view !== action.player} />
      ))}
    </div>
  );
}

interface MindProps {
  readonly action: FrameAction;
  readonly seats: readonly SeatInfo[];
  /** Whether the viewpoint may not know what he thought. */
  readonly hidden: boolean;
}

function Mind({ action, seats, hidden }: MindProps): JSX.Element {
  const reading = useMemo(() => readThoughts(action.thoughts), [action.thoughts]);
  const name = seatNames(seats)[action.player] ?? `seat ${action.player + 1}`;
  return (
    <article class="pl-mind">
      <h3 class="pl-thinker">
        <AgentMarker name={seats[action.player]?.name ?? ""} />
        <span class="pl-thinker-name">{name}</span>
      </h3>
      <p class="pl-chooses">
        chooses <strong>{action.says}</strong>
        {action.micros !== null && action.micros > 0 && <span class="pl-took"> after {time(action.micros)}</span>}
      </p>
      {action.fault && <p class="pl-fault">Fault: {action.fault}</p>}
      {action.thoughts === null && <p class="pl-none">{hidden ? "Thoughts are hidden from this view." : "It tells nothing of this decision."}</p>}
      {reading.facts.length > 0 && <Facts facts={reading.facts} />}
      {reading.candidates.length > 0 && <Candidates candidates={reading.candidates} chosen={action.says} />}
      {reading.texts.map(({ name: title, text }) => (
        <details key={title} class="pl-text" open>
          <summary>{title}</summary>
          <pre>{text}</pre>
        </details>
      ))}
    </article>
  );
}

function Facts({ facts }: { readonly facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="pl-facts">
      {facts.map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Candidates({ candidates, chosen }: { readonly candidates: readonly Candidate[]; readonly chosen: string }): JSX.Element {
  const bars = barsOf(candidates);
  return (
    <ol class="pl-candidates">
      {candidates.map((candidate, place) => {
        const is = candidate.action === chosen || candidate.action.startsWith(`${chosen}, `);
        return (
          <li key={`${candidate.action} ${place}`} class={is ? "pl-candidate pl-taken" : "pl-candidate"}>
            <span class="pl-candidate-name">
              {is && <span class="hidden">chosen: </span>}
              {candidate.action}
            </span>
            <span class="pl-bar" aria-hidden="true">
              <span class={(bars[place] ?? 0) < 0 ? "pl-bar-below" : ""} style={{ width: `${Math.abs(bars[place] ?? 0) * 100}%` }} />
            </span>
            <span class="pl-numbers">{numbersOf(candidate).join(" · ")}</span>
          </li>
        );
      })}
    </ol>
  );
}

function numbersOf({ visits, value, probability, text }: Candidate): readonly string[] {
  return [
    visits === null ? "" : `${digits(visits)} ${visits === 1 ? "visit" : "visits"}`,
    value === null ? "" : `value ${digits(value)}`,
    probability === null ? "" : `${digits(Math.round(probability * 1000) / 10)}\u202f%`,
    text ?? "",
  ].filter(Boolean);
}

function time(micros: number): string {
  if (micros < 1000) return `${micros}\u202fµs`;
  return micros < 1_000_000 ? `${digits(Math.round(micros / 100) / 10)}\u202fms` : `${digits(Math.round(micros / 10_000) / 100)}\u202fs`;
}
