import { useSignal, useSignalEffect } from "../signal";
import type { JSX } from "preact";
import { useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { AgentMarker } from "../parts/AgentName";
import { linesOf, type Line } from "./lines";
import { MarkGlyph } from "./MarkGlyph";
import { memo } from "./memo";
import { seatNames } from "./names";
import type { Playback } from "./playback";
import type { Side } from "./side";

/** How high a line is, in pixels: larger where fingers point. */
const ROW = typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches ? 40 : 30;
/** Lines drawn above and below what is to be seen. */
const SPARE = 6;

/** What `Log` takes. */
export interface LogProps {
  readonly side: Side;
  readonly playback: Playback;
  /** Which of two matches it is; "" for the only one. */
  readonly letter?: string;
}

/** The match line by line; only the lines in sight are drawn. A click on a line, or up and down, leads there. */
export function Log({ side, playback, letter = "" }: LogProps): JSX.Element {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const sight = useSignal({ top: 0, height: 480 });
  const { frames } = side.seen.value;
  const lines = useMemo(() => linesOf(side.match, frames), [side.match, frames]);
  const look = (): void => {
    const { scrollTop: top = 0, clientHeight: height = 480 } = box.current ?? {};
    if (top !== sight.value.top || height !== sight.value.height) sight.value = { top, height };
  };
  useLayoutEffect(() => {
    const watched = box.current;
    if (!watched || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(look);
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  useSignalEffect(() => {
    const line = playback.index.value * ROW;
    const element = box.current;
    const { top, height } = sight.peek();
    if (!element || (line >= top + ROW && line <= top + height - 2 * ROW)) return;
    element.scrollTop = line - height / 2 + ROW / 2;
    // The lines there are drawn with this frame, not when the browser tells of the scrolling one frame later.
    sight.value = { top: element.scrollTop, height };
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    playback.step(by);
  };
  return (
    <section class="pl-log" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} class="pl-heading">
        Moves {letter && `of ${letter}`}
      </h2>
      <div ref={box} class="pl-lines" role="listbox" tabIndex={0} aria-labelledby={`${id}-title`} aria-activedescendant={`${id}-${playback.index.value}`} onScroll={look} onKeyDown={onKeyDown}>
        <div role="presentation" style={{ height: `${lines.length * ROW}px`, position: "relative" }}>
          <Rows id={id} lines={lines} sight={sight.value} side={side} playback={playback} />
        </div>
      </div>
    </section>
  );
}

interface RowsProps extends LogProps {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly sight: { readonly top: number; readonly height: number };
}

function Rows({ id, lines, sight, side, playback }: RowsProps): JSX.Element {
  const names = useMemo(() => seatNames(side.match.seats), [side.match.seats]);
  const current = playback.index.value;
  const first = Math.max(0, Math.floor(sight.top / ROW) - SPARE);
  const past = Math.min(lines.length, Math.ceil((sight.top + sight.height) / ROW) + SPARE);
  // The present line is always drawn: the list names it as the active one.
  const drawn = lines.filter((line, place) => (place >= first && place < past) || line.frame === current);
  return (
    <>
      {drawn.map((line) => (
        <Row key={line.frame} id={id} line={line} now={line.frame === current} total={lines.length} side={side} names={names} playback={playback} />
      ))}
    </>
  );
}

interface RowProps extends LogProps {
  readonly id: string;
  readonly line: Line;
  /** Whether it is the present one. */
  readonly now: boolean;
  readonly total: number;
  readonly names: readonly string[];
}

/** Drawn again only when it becomes the present line, or is it no longer. */
const Row = memo(function Row({ id, line, now, total, side, names, playback }: RowProps): JSX.Element {
  const go = (): void => playback.step(line.frame - playback.index.peek());
  return (
    <div
      id={`${id}-${line.frame}`}
      role="option"
      aria-selected={now}
      aria-setsize={total}
      aria-posinset={line.frame + 1}
      class={["pl-line", now && "pl-now", line.opens && "pl-opens", line.tells && "pl-tells"].filter(Boolean).join(" ")}
      style={{ top: `${line.frame * ROW}px`, height: `${ROW}px` }}
      title={line.tells || undefined}
      onClick={go}
    >
      <span class="pl-ply">{line.ply === null ? "" : line.ply + 1}</span>
      <Doings line={line} side={side} names={names} />
      {line.mark && <MarkGlyph kind={line.mark} />}
    </div>
  );
});

function Doings({ line, side, names }: { readonly line: Line; readonly side: Side; readonly names: readonly string[] }): JSX.Element {
  if (line.ply === null) return <span class="pl-says">Start</span>;
  return (
    <span class="pl-says">
      {line.actions.map(({ player, says, fault }) => (
        <span key={player} class="pl-doing">
          <span class={line.opens ? "pl-actor" : "pl-actor pl-again"}>
            <AgentMarker name={side.match.seats[player]?.name ?? ""} />
            <span class="hidden">{names[player]}: </span>
          </span>
          {says}
          {fault && <span class="pl-fault"> fault: {fault}</span>}
        </span>
      ))}
    </span>
  );
}
