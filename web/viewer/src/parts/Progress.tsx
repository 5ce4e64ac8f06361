import type { JSX } from "preact";
import type { Progress, TournamentState } from "../api/types";
import { count, duration, number } from "./format";

const STATES: Readonly<Record<TournamentState, string>> = { running: "Running", finished: "Finished", stopped: "Stopped" };

/** Whether a tournament runs, in a word and a shape. */
export function StateBadge({ state }: { readonly state: TournamentState }): JSX.Element {
  return <span class={`state state-${state}`}>{STATES[state]}</span>;
}

/** How far a running tournament is: blocks, time left, pairs still open. */
export function ProgressLine({ progress }: { readonly progress: Progress }): JSX.Element {
  const { blocks, blocks_wanted: wanted, matches, elapsed_s: elapsed, left_s: left, open_pairs: open, pairs } = progress;
  const whole = wanted ?? (left === null ? null : elapsed + left);
  const done = wanted === null ? elapsed : blocks;
  return (
    <div class="progress">
      <progress max={whole ?? undefined} value={whole === null ? undefined : Math.min(done, whole)} aria-label="Progress of the tournament" />
      <dl class="facts">
        <Fact name="Blocks" value={wanted === null ? number(blocks) : `${number(blocks)} of ${number(wanted)}`} />
        <Fact name="Matches" value={number(matches)} />
        <Fact name="Played for" value={duration(elapsed)} />
        <Fact name="Time left" value={left === null ? "not known" : `about ${duration(left)}`} />
        {open !== null && <Fact name="Undecided" value={pairs === null ? count(open, "pair") : `${number(open)} of ${count(pairs, "pair")}`} />}
      </dl>
    </div>
  );
}

/** A name and its value, in a `dl`. */
export function Fact({ name, value }: { readonly name: string; readonly value: JSX.Element | string }): JSX.Element {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
