import "./dhumbal.css";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { seatNames } from "../../player/names";
import { useWidth } from "../../player/useWidth";
import type { RendererProps } from "../index";
import { ChooseBar } from "./ChooseBar";
import { Felt } from "./Felt";
import { tableLayout } from "./layout";
import { atShowdown, tableOf } from "./model";
import { fourColours } from "./options";
import { sentenceOf } from "./showdown";
import { useChosen } from "./useChosen";

/** How long a showdown is shown at speed 1 before the next deal, in milliseconds, while the clock runs. */
const SHOWDOWN_MS = 2700;

/** A Dhumbal table: seats around a felt, and, for a person at the table, the means to build his move. */
export function DhumbalTable({ frame, previous, view, seats, choose = null, playing = null, onSeen }: RendererProps): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root, 720);
  const table = useMemo(() => tableOf(frame), [frame]);
  const before = useMemo(() => (previous ? tableOf(previous) : null), [previous]);
  const names = useMemo(() => seatNames(seats), [seats]);
  const bottom = typeof view === "number" ? view : 0;
  const layout = useMemo(() => tableLayout(width, table.seats.length, bottom), [width, table.seats.length, bottom]);
  const [dealt, deal] = useDealt(frame.index, table.fresh && !frame.over, playing, onSeen);
  const showdown = table.fresh && !dealt;
  const shown = useMemo(() => (showdown ? atShowdown(table) : table), [showdown, table]);
  const sentence = showdown ? sentenceOf(before, table, names) : "";
  const hand = useChosen(frame, showdown ? null : choose, typeof view === "number" ? view : null);
  return (
    <div ref={root} class={fourColours.value ? "dt four-colours" : "dt"}>
      <Felt
        index={frame.index}
        table={shown}
        before={before}
        previous={previous}
        layout={layout}
        seats={seats}
        names={names}
        sentence={sentence}
        showdown={showdown}
        hand={hand}
        onDeal={showdown && !frame.over ? deal : null}
        eager={choose !== null && onSeen !== undefined}
      />
      {choose && <ChooseBar hand={hand} busy={choose.busy} waiting={showdown && !frame.over} value={table.seats[bottom]?.value ?? null} />}
    </div>
  );
}

/** Whether the hands of the next round are shown already; a running clock turns to them by itself. */
function useDealt(index: number, both: boolean, playing: number | null, onSeen: (() => void) | undefined): readonly [dealt: boolean, deal: () => void] {
  const [state, setState] = useState({ index, dealt: false });
  const dealt = state.index === index && state.dealt;
  useEffect(() => {
    if (!both || playing === null) return;
    const timer = setTimeout(() => setState({ index, dealt: true }), SHOWDOWN_MS / playing);
    return () => clearTimeout(timer);
  }, [index, both, playing]);
  useEffect(() => {
    if (dealt) onSeen?.();
  }, [dealt]);
  return [dealt, () => setState({ index, dealt: true })];
}
