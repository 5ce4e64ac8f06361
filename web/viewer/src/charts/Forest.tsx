import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { AgentRow, Pairs } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { commonDecimals, halfWidth } from "../parts/format";
import { Axis } from "./Axis";
import { byDistance, differenceText, meetingInWords } from "./pairs";
import { IntervalBar } from "./IntervalBar";
import { roundedScale } from "./scale";

/** What `Forest` takes. */
export interface ForestProps {
  readonly rows: readonly AgentRow[];
  readonly pairs: Pairs;
}

const FEW = 12;

/** Differences of pairs with their intervals on one scale, the widest apart first. */
export function Forest({ rows, pairs }: ForestProps): JSX.Element {
  const { items, unit, correction, higher_is_better: higher } = pairs;
  const [all, setAll] = useState(false);
  const meetings = useMemo(() => byDistance(items.filter((pair) => !pair.identical), higher), [items, higher]);
  const names = useMemo(() => new Map(rows.map((row) => [row.agent, row.name])), [rows]);
  const decimals = commonDecimals(meetings.map(({ difference }) => halfWidth(difference)));
  // The close pairs are the ones in question, so these are shown first where there are many.
  const shown = all ? meetings : meetings.slice(-FEW);
  const scale = roundedScale([0, ...shown.flatMap(({ difference }) => [difference.value, difference.low, difference.high])]);
  return (
    <div class="forest">
      <ul>
        {shown.map((meeting) => {
          const [better, other] = [names.get(meeting.row) ?? "?", names.get(meeting.column) ?? "?"];
          return (
            <li key={`${meeting.row}-${meeting.column}`} class={meeting.significant ? "forest-row sure" : "forest-row"} title={meetingInWords(meeting, { names, unit, decimals, correction })}>
              <span class="forest-names">
                <AgentMarker name={better} />
                <span>{better}</span>
                <span class="forest-over">over</span>
                <AgentMarker name={other} />
                <span>{other}</span>
              </span>
              <IntervalBar estimate={meeting.difference} scale={scale} colour={meeting.significant ? "var(--text)" : "var(--line-strong)"} reference={0} />
              <span class="forest-value">
                {differenceText(meeting.difference, decimals)}
                {meeting.significant && <span class="significant" aria-label="significant" role="img" />}
              </span>
            </li>
          );
        })}
      </ul>
      <div class="forest-row forest-axis">
        <span />
        <Axis scale={scale} unit={unit} />
        <span />
      </div>
      {meetings.length > FEW && (
        <button type="button" class="button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the ${FEW} closest pairs` : `Show all ${meetings.length} pairs`}
        </button>
      )}
    </div>
  );
}
