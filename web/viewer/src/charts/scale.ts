/** From values to percent of a length, with round ticks. */

/** A straight axis. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** A tick and its text. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** A scale that holds all finite values, with `room` of its length free on both sides. */
export function scaleAround(values: readonly (number | null)[], room = 0.04): Scale {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (finite.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const spare = high > low ? (high - low) * room : Math.max(Math.abs(low), 1) * 0.05;
  return { low: low - spare, high: high + spare };
}

/** A scale that holds all finite values and ends at round numbers, so that small changes of the values do not move it. */
export function roundedScale(values: readonly (number | null)[]): Scale {
  const { low, high } = scaleAround(values, 0);
  const [first, second] = ticks({ low, high }, 8);
  const step = first && second ? second.at - first.at : high - low;
  return { low: Math.floor(low / step) * step + 0, high: Math.ceil(high / step) * step + 0 };
}

/** Where a value lies, in percent; values beyond an edge lie on it. */
export function along(scale: Scale, value: number): number {
  return Math.min(100, Math.max(0, (100 * (value - scale.low)) / (scale.high - scale.low)));
}

/** Round numbers within the scale, about `count`, all with the same decimals. */
export function ticks(scale: Scale, count = 5): Tick[] {
  const rough = (scale.high - scale.low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((nice) => power * nice >= rough * 0.999) ?? 10);
  let digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits += 1;
  const made: Tick[] = [];
  for (let index = Math.ceil(scale.low / step); index <= Math.floor(scale.high / step); index += 1) {
    const at = index * step + 0;
    const text = Math.abs(at).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    made.push({ at, text: at < 0 ? `\u2212${text}` : text });
  }
  return made;
}
