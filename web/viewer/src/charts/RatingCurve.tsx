import type { JSX } from "preact";
import type { AgentResult } from "../api/types";
import { inWords, moment } from "../parts/format";
import { colourOf } from "../parts/identity";
import { along, roundedScale, ticks } from "./scale";

/** What `RatingCurve` takes. */
export interface RatingCurveProps {
  /** Results in one game, oldest first. */
  readonly results: readonly AgentResult[];
  /** Whose they are. */
  readonly name: string;
}

const HEIGHT = 180;
/** Room for the unit above the curve, in pixels. */
const TOP = 24;

/** An agent's score from tournament to tournament, with intervals; the numbers stand in the table below it. */
export function RatingCurve({ results, name }: RatingCurveProps): JSX.Element {
  const scale = roundedScale(results.flatMap(({ score }) => [score.value, score.low, score.high]));
  const across = (index: number): number => (100 * (index + 0.5)) / results.length;
  const up = (value: number): number => HEIGHT - (along(scale, value) / 100) * HEIGHT;
  const colour = colourOf(name);
  const every = Math.max(1, Math.ceil(results.length / 8));
  return (
    <svg class="rating-curve" width="100%" height={TOP + HEIGHT + 28} role="img" aria-label={`Scores of ${name} over ${results.length} tournaments`}>
      <text x="0" y="12">
        {results[0]?.unit}
      </text>
      <svg x="44" y={TOP} width="calc(100% - 44px)" height={HEIGHT + 28} style={{ overflow: "visible" }}>
        {ticks(scale, 5).map(({ at, text }) => (
          <g key={text}>
            <line class="grid-line" x1="0" x2="100%" y1={up(at)} y2={up(at)} />
            <text x="-8" y={up(at) + 4} text-anchor="end">
              {text}
            </text>
          </g>
        ))}
        {results.map(({ tournament, created, score, unit }, index) => {
          const before = results[index - 1];
          const x = `${across(index)}%`;
          return (
            <g key={tournament}>
              <title>{`Tournament ${tournament}, ${moment(created)}: ${inWords(score, unit)}`}</title>
              {before?.score.value != null && score.value !== null && (
                <line x1={`${across(index - 1)}%`} y1={up(before.score.value)} x2={x} y2={up(score.value)} style={{ stroke: colour, strokeWidth: "1.5px", opacity: 0.5 }} />
              )}
              {score.low !== null && score.high !== null && (
                <line x1={x} x2={x} y1={up(score.low)} y2={up(score.high)} style={{ stroke: colour, strokeWidth: "3px", opacity: 0.55 }} stroke-linecap="round" />
              )}
              {score.value !== null && <circle cx={x} cy={up(score.value)} r="5" style={{ fill: colour, stroke: "var(--surface)", strokeWidth: "1.5px" }} />}
              {index % every === 0 && (
                <text x={x} y={HEIGHT + 20} text-anchor="middle">
                  {tournament}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </svg>
  );
}
