import type { JSX } from "preact";
import { IntervalBar } from "../charts/IntervalBar";
import type { Scale } from "../charts/scale";
import { decimalsFor, halfWidth, inWords, number, type Bounded } from "./format";

/** What `Interval` takes. */
export interface IntervalProps {
  readonly estimate: Bounded;
  /** Its unit, for the title; it is printed only where `showUnit` is set. */
  readonly unit: string;
  /** Decimals common to a column; two significant digits of the half width unless told. */
  readonly decimals?: number;
  /** Where it is set, a bar is drawn on this scale. */
  readonly scale?: Scale;
  /** The colour of the bar, as CSS. */
  readonly colour?: string;
  /** A value that gets a thin upright line in the bar. */
  readonly reference?: number;
  readonly showUnit?: boolean;
}

/** An estimate with half the width of its interval, and a bar where a scale is given. */
export function Interval({ estimate, unit, decimals, scale, colour, reference, showUnit = false }: IntervalProps): JSX.Element {
  const half = halfWidth(estimate);
  const digits = decimals ?? decimalsFor(half);
  return (
    <span class="interval" title={inWords(estimate, unit, digits)}>
      {scale && <IntervalBar estimate={estimate} scale={scale} {...(colour ? { colour } : {})} {...(reference === undefined ? {} : { reference })} />}
      <span class="interval-number">
        <span class="interval-value">{number(estimate.value, digits)}</span>
        <span class="interval-half">{half === null ? "" : `±\u2009${number(half, digits)}`}</span>
        {showUnit && <span class="interval-unit"> {unit}</span>}
      </span>
    </span>
  );
}
