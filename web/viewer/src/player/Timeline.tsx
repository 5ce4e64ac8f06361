import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Mark, SeatInfo } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { capital } from "../parts/format";
import { colourOf } from "../parts/identity";
import { memo } from "./memo";
import { seatNames } from "./names";
import type { Playback } from "./playback";
import type { Side } from "./side";
import { digits } from "./thoughts";
import { frameAtX, isShare, pathOf, plotsOf, seriesSeen, valueAt, xOf, yOf, type Canvas, type Plot } from "./timeline";
import { useWidth } from "./useWidth";

const HEIGHT = 104;
const INSET = 8;

/** What `Timeline` takes. */
export interface TimelineProps {
  readonly side: Side;
  readonly playback: Playback;
}

/** Curves over the match, one for each seat, the present frame as a line; a click leads there. */
export function Timeline({ side, playback }: TimelineProps): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, 640);
  const [chosen, choose] = useState(0);
  const { frames, view } = side.seen.value;
  const plots = useMemo(() => plotsOf(seriesSeen(side.match.series, view), frames), [side.match.series, frames, view]);
  const plot = plots[Math.min(chosen, plots.length - 1)];
  const count = playback.count.value;
  const canvas = useMemo(() => ({ width, height: HEIGHT, inset: INSET, count }), [width, count]);
  const empty = !plot || plot.curves.every((curve) => curve.points.length === 0);
  const seek = (event: PointerEvent): void => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    if (event.type === "pointerdown" || event.buttons === 1) playback.seek(frameAtX(event.clientX - left, canvas));
  };
  return (
    <section class={empty ? "pl-timeline pl-timeline-empty" : "pl-timeline"} aria-label="Timeline">
      <div class="pl-timeline-head">
        {plots.length > 1 ? (
          <div class="pl-switch" role="group" aria-label="What the curves show">
            {plots.map((each, place) => (
              <button key={each.name} type="button" aria-pressed={each === plot} onClick={() => choose(place)}>
                {capital(each.name)}
              </button>
            ))}
          </div>
        ) : (
          plot && <p class="pl-timeline-name">{capital(plot.name)}</p>
        )}
        {plot && <Legend plot={plot} side={side} playback={playback} />}
      </div>
      <div ref={box} class="pl-plot" onPointerDown={seek} onPointerMove={seek}>
        {plot && !empty && (
          <svg width={width} height={HEIGHT} role="img" aria-label={`${capital(plot.name)} of each seat over the match, in ${plot.unit}. The values at the present ply stand above.`}>
            <Curves plot={plot} canvas={canvas} seats={side.match.seats} marks={side.match.marks} />
          </svg>
        )}
        {!empty && <Cursor canvas={canvas} playback={playback} />}
      </div>
    </section>
  );
}

interface CurvesProps {
  readonly plot: Plot;
  readonly canvas: Canvas;
  readonly seats: readonly SeatInfo[];
  readonly marks: readonly Mark[];
}

/** Drawn again only when the match or the width changes, not while one scrubs. */
const Curves = memo(function Curves({ plot, canvas, seats, marks }: CurvesProps): JSX.Element {
  const zero = yOf(0, plot, canvas);
  return (
    <>
      <line class="pl-zero" x1={canvas.inset} x2={canvas.width - canvas.inset} y1={zero} y2={zero} />
      {marks.map((mark) => (
        <line key={`${mark.frame} ${mark.kind}`} class="pl-mark-line" x1={xOf(mark.frame, canvas)} x2={xOf(mark.frame, canvas)} y1={0} y2={canvas.height} />
      ))}
      {plot.curves.map((curve, place) => (
        <path
          key={curve.seat ?? place}
          class="pl-curve"
          d={pathOf(curve, plot, canvas)}
          stroke-dasharray={DASHES[place % DASHES.length]}
          style={{ stroke: curve.seat === null ? "var(--accent)" : colourOf(seats[curve.seat]?.name ?? "") }}
        />
      ))}
      <text class="pl-axis" x={canvas.width - canvas.inset} y={12} text-anchor="end">
        {written(plot.high, plot)} {isShare(plot) ? "" : plot.unit}
      </text>
    </>
  );
});

/** The second cue beside the colours. */
const DASHES = ["none", "7 3", "2 3", "10 3 2 3", "4 2"] as const;

/** A layer of its own, so that moving it paints nothing else again. */
function Cursor({ canvas, playback }: { readonly canvas: Canvas; readonly playback: Playback }): JSX.Element {
  return <div class="pl-cursor" style={{ transform: `translateX(${xOf(playback.index.value, canvas) - 1}px)` }} />;
}

function Legend({ plot, side, playback }: { readonly plot: Plot; readonly side: Side; readonly playback: Playback }): JSX.Element {
  const names = useMemo(() => seatNames(side.match.seats), [side.match.seats]);
  const index = playback.index.value;
  return (
    <ul class="pl-legend">
      {plot.curves.map((curve, place) => {
        const value = valueAt(curve, index);
        const seat = curve.seat;
        const text = value === null ? "–" : written(value, plot);
        return (
          <li key={seat ?? place}>
            {seat !== null && <AgentMarker name={side.match.seats[seat]?.name ?? ""} />}
            <svg class="pl-dash" width="18" height="6" aria-hidden="true">
              <line x1="0" x2="18" y1="3" y2="3" stroke-dasharray={DASHES[place % DASHES.length]} style={{ stroke: seat === null ? "var(--accent)" : colourOf(side.match.seats[seat]?.name ?? "") }} />
            </svg>
            <span class="pl-legend-name">{seat === null ? plot.name : names[seat]}</span>
            <span class="pl-legend-value">{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

function written(value: number, plot: Plot): string {
  return isShare(plot) ? `${digits(Math.round(value * 1000) / 10)}\u202f%` : digits(value);
}
