import type { JSX } from "preact";
import type { Bounded } from "../parts/format";
import { along, type Scale } from "./scale";

/** What `IntervalBar` takes. */
export interface IntervalBarProps {
  readonly estimate: Bounded;
  /** The scale, common to all bars that stand below each other. */
  readonly scale: Scale;
  /** The colour of its mark, as CSS; the text's colour unless told. */
  readonly colour?: string;
  /** A value that gets a thin upright line, such as zero. */
  readonly reference?: number;
}

/** An interval as a line with its estimate as a dot; decoration, the numbers stand beside it. */
export function IntervalBar({ estimate, scale, colour = "var(--text)", reference }: IntervalBarProps): JSX.Element {
  const { value, low, high } = estimate;
  const inside = reference !== undefined && reference > scale.low && reference < scale.high;
  return (
    <svg class="interval-bar" width="100%" height="20" aria-hidden="true">
      {inside && <line class="interval-reference" x1={`${along(scale, reference)}%`} x2={`${along(scale, reference)}%`} y1="0" y2="20" />}
      {low !== null && high !== null && (
        <line x1={`${along(scale, low)}%`} x2={`${along(scale, high)}%`} y1="10" y2="10" style={{ stroke: colour, strokeWidth: "3px", opacity: 0.55 }} stroke-linecap="round" />
      )}
      {value !== null && <circle cx={`${along(scale, value)}%`} cy="10" r="4" style={{ fill: colour, stroke: "var(--surface)", strokeWidth: "1.5px" }} />}
    </svg>
  );
}
