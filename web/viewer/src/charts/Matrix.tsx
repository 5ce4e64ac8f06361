import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { AgentRow, Pairs } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { commonDecimals, halfWidth, signed } from "../parts/format";
import { meetingInWords, pairIndex, pairKey, seenFrom, type Meeting } from "./pairs";

/** What `Matrix` takes. */
export interface MatrixProps {
  /** The agents in the order of the ranking. */
  readonly rows: readonly AgentRow[];
  readonly pairs: Pairs;
}

interface Cell {
  readonly row: number;
  readonly column: number;
}

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Everybody against everybody: the row's score less the column's. One stop for the tab key; arrows go from cell to cell. */
export function Matrix({ rows, pairs: { items: pairs, unit, correction, higher_is_better } }: MatrixProps): JSX.Element {
  const index = useMemo(() => pairIndex(pairs), [pairs]);
  const names = useMemo(() => new Map(rows.map((row) => [row.agent, row.name])), [rows]);
  const largest = Math.max(...pairs.map((pair) => Math.abs(pair.difference.value ?? 0)), 1e-9);
  const precise = commonDecimals(pairs.map((pair) => halfWidth(pair.difference)));
  const decimals = largest >= 9.95 ? 0 : Math.min(largest >= 0.95 ? 1 : 2, precise);
  const [chosen, setChosen] = useState<Cell>({ row: 0, column: Math.min(1, rows.length - 1) });
  const [touched, setTouched] = useState(false);
  const grid = useRef<HTMLTableElement>(null);

  const meetingAt = ({ row, column }: Cell): Meeting | null => {
    const [one, other] = [rows[row], rows[column]];
    const pair = one && other ? index.get(pairKey(one.agent, other.agent)) : undefined;
    return one && pair ? seenFrom(pair, one.agent) : null;
  };
  const choose = (cell: Cell): void => {
    setChosen(cell);
    setTouched(true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const row = clamp(chosen.row + step[0], rows.length);
    const column = clamp(chosen.column + step[1], rows.length);
    choose({ row, column });
    grid.current?.querySelector<HTMLElement>(`[data-cell="${row}-${column}"]`)?.focus();
  };
  const current = meetingAt(chosen);

  return (
    <div class="matrix">
      <div class="matrix-scroll">
        <table role="grid" ref={grid} style={{ "--agents": rows.length }} onKeyDown={onKeyDown} aria-label="Head to head: the score of the row less that of the column">
          <thead>
            <tr>
              <td />
              {rows.map((row) => (
                <th scope="col" key={row.agent} title={row.name}>
                  <AgentMarker name={row.name} />
                  <span class="matrix-column">{row.name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, down) => (
              <tr key={row.agent}>
                <th scope="row" title={row.name}>
                  <span class="matrix-row">
                    <AgentMarker name={row.name} />
                    <span class="matrix-name">{row.name}</span>
                  </span>
                </th>
                {rows.map((column, right) => {
                  const at = { row: down, column: right };
                  const focused = chosen.row === down && chosen.column === right;
                  return (
                    <MatrixCell
                      key={column.agent}
                      place={`${down}-${right}`}
                      meeting={meetingAt(at)}
                      strength={higher_is_better ? largest : -largest}
                      decimals={decimals}
                      focusable={focused}
                      marked={focused && touched}
                      same={down === right}
                      onChoose={() => choose(at)}
                    />
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="matrix-detail" aria-live="polite">
        {touched && current
          ? meetingInWords(current, { names, unit, decimals: precise, correction })
          : "Row less column. Point at a cell, or go through them with the arrow keys, for interval, p-value and blocks."}
      </p>
      <p class="legend">
        <span class="legend-ramp" aria-hidden="true">
          {[-1, -0.5, 0, 0.5, 1].map((part) => (
            <i key={part} style={{ background: shade(part) }} />
          ))}
        </span>
        row worse to row better; a dot marks what is significant after {correction}
      </p>
    </div>
  );
}

function clamp(index: number, length: number): number {
  return Math.min(length - 1, Math.max(0, index));
}

function shade(part: number): string {
  const strength = Math.min(1, Math.abs(part)) * 0.46;
  return part === 0 ? "transparent" : `rgb(var(${part > 0 ? "--plus" : "--minus"}) / ${strength.toFixed(3)})`;
}

interface MatrixCellProps {
  readonly place: string;
  readonly meeting: Meeting | null;
  /** The largest difference, negative where less is better. */
  readonly strength: number;
  readonly decimals: number;
  readonly focusable: boolean;
  readonly marked: boolean;
  readonly same: boolean;
  readonly onChoose: () => void;
}

function MatrixCell({ place, meeting, strength, decimals, focusable, marked, same, onChoose }: MatrixCellProps): JSX.Element {
  const value = meeting?.difference.value ?? null;
  const text = meeting?.pair.identical ? "=" : same ? "" : signed(value, decimals);
  return (
    <td
      role="gridcell"
      data-cell={place}
      tabIndex={focusable ? 0 : -1}
      class={`${same ? "same" : ""} ${marked ? "marked" : ""}`}
      style={{ background: value === null ? undefined : shade(value / strength) }}
      onFocus={onChoose}
      onMouseEnter={onChoose}
      onClick={onChoose}
    >
      {text}
      {meeting?.significant && (
        <span class="significant">
          <span class="hidden"> significant</span>
        </span>
      )}
    </td>
  );
}
