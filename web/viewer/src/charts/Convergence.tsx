import type { JSX, TargetedPointerEvent } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Convergence as ConvergenceData } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { commonDecimals, NONE, number } from "../parts/format";
import { colourOf } from "../parts/identity";
import { bandPath, dashOf, linePath, nearestBlock, seriesOrder, settledScale, type Curve } from "./curves";
import { along, ticks, type Scale } from "./scale";

/** What `Convergence` takes. */
export interface ConvergenceProps {
  readonly data: ConvergenceData;
  /** Agents' plan positions in the order of the ranking. */
  readonly order: readonly number[];
}

const HEIGHT = 300;
const LEFT = 44;
const BELOW = 40;

/** Estimates with their confidence sequences as blocks arrive. A name brings its curve to the front; its number follows the pointer. */
export function Convergence({ data, order }: ConvergenceProps): JSX.Element {
  const [front, setFront] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const series = useMemo(() => seriesOrder(data, order), [data, order]);
  const names = useMemo(() => new Map(data.agents.map(({ agent, name }) => [agent, name])), [data]);
  const x: Scale = { low: 0, high: data.blocks.at(-1) ?? 1 };
  const y = useMemo(() => settledScale(series), [series]);
  const index = Math.min(at ?? Number.POSITIVE_INFINITY, data.blocks.length - 1);
  const decimals = commonDecimals(series.map(({ low, high }) => half(low.at(-1), high.at(-1))));

  const follow = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(nearestBlock(data.blocks, x, (event.clientX - box.left) / box.width));
  };

  return (
    <figure class="convergence">
      <ul class="convergence-names" aria-label="Curves">
        {series.map(({ agent, value }) => {
          const name = names.get(agent) ?? "?";
          const pressed = front === agent;
          return (
            <li key={agent}>
              <button type="button" class="curve-name" aria-pressed={pressed} onClick={() => setFront(pressed ? null : agent)}>
                <AgentMarker name={name} />
                <span>{name}</span>
                <span class="curve-value">{value[index] == null ? NONE : number(value[index] ?? null, decimals)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <svg class="plot" width="100%" height={HEIGHT + BELOW} role="img" aria-label={`Running means of ${data.unit} over ${number(x.high)} blocks; the last ones stand with the names above.`}>
        <svg x={LEFT} width={`calc(100% - ${LEFT}px)`} height={HEIGHT + BELOW} style={{ overflow: "visible" }}>
          <Grid x={x} y={y} />
        </svg>
        <svg
          x={LEFT}
          y="0"
          width={`calc(100% - ${LEFT}px)`}
          height={HEIGHT}
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          class="plot-curves"
          onPointerMove={follow}
          onPointerLeave={() => setAt(null)}
        >
          <rect width="100" height="100" class="plot-ground" />
          {series.map((curve) => (
            <CurveOf key={curve.agent} curve={curve} name={names.get(curve.agent) ?? "?"} blocks={data.blocks} x={x} y={y} state={front === null ? "even" : front === curve.agent ? "front" : "back"} />
          ))}
          {at !== null && <line class="plot-cursor" x1={along(x, data.blocks[index] ?? 0)} x2={along(x, data.blocks[index] ?? 0)} y1="0" y2="100" />}
        </svg>
      </svg>
      <figcaption>
        {data.unit} after {at === null ? "so many blocks" : `${number(data.blocks[index] ?? null)} blocks`}; bands are{" "}
        {data.kind === "confidence sequence" ? "95\u202f% confidence sequences, which hold at all looks at once" : data.kind}.
      </figcaption>
    </figure>
  );
}

function half(low: number | null | undefined, high: number | null | undefined): number | null {
  return low == null || high == null ? null : (high - low) / 2;
}

function Grid({ x, y }: { readonly x: Scale; readonly y: Scale }): JSX.Element {
  return (
    <>
      {ticks(y, 6).map(({ at, text }) => {
        const up = HEIGHT - (along(y, at) / 100) * HEIGHT;
        return (
          <g key={text}>
            <line class={at === 0 ? "grid-line zero" : "grid-line"} x1="0" x2="100%" y1={up} y2={up} />
            <text x="-8" y={up + 4} text-anchor="end">
              {text}
            </text>
          </g>
        );
      })}
      {ticks(x, 5).map(({ at, text }) => (
        <g key={text}>
          <line class="tick" x1={`${along(x, at)}%`} x2={`${along(x, at)}%`} y1={HEIGHT} y2={HEIGHT + 5} />
          <text x={`${along(x, at)}%`} y={HEIGHT + 18} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      <line class="tick" x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
      <text x="50%" y={HEIGHT + 35} text-anchor="middle">
        blocks
      </text>
    </>
  );
}

interface CurveOfProps {
  readonly curve: Curve;
  readonly name: string;
  readonly blocks: readonly number[];
  readonly x: Scale;
  readonly y: Scale;
  readonly state: "even" | "front" | "back";
}

function CurveOf({ curve, name, blocks, x, y, state }: CurveOfProps): JSX.Element {
  const colour = colourOf(name);
  return (
    <g class={`curve ${state}`}>
      {state !== "back" && <path class="curve-band" d={bandPath(blocks, curve, x, y)} style={{ fill: colour }} />}
      <path class="curve-line" d={linePath(blocks, curve.value, x, y)} style={{ stroke: colour, strokeDasharray: dashOf(name) }} />
    </g>
  );
}
