/** Numbers as text: as many digits as their uncertainty bears, a true minus sign, units apart by a narrow space. */

/** What stands where there is no number. */
export const NONE = "–";
/** Keeps a number and its unit together. */
export const THIN = "\u202f";

/** A number with a fixed count of decimals: `−1,234.5`. */
export function number(value: number | null, decimals = 0): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return value < 0 && Number(text.replaceAll(",", "")) !== 0 ? `\u2212${text}` : text;
}

/** The same with its sign always shown, except at zero. */
export function signed(value: number | null, decimals = 0): string {
  const text = number(value, decimals);
  return value !== null && value > 0 && Number(text.replaceAll(",", "")) !== 0 ? `+${text}` : text;
}

/** Decimals that show two significant digits of an uncertainty, 0 to 4. */
export function decimalsFor(halfWidth: number | null): number {
  if (halfWidth === null || !Number.isFinite(halfWidth) || halfWidth <= 0) return 2;
  return Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(halfWidth) + 1e-9)));
}

/** Decimals for numbers that stand below each other: enough for the smallest of their uncertainties but one digit. */
export function commonDecimals(halfWidths: readonly (number | null)[]): number {
  const known = halfWidths.filter((each): each is number => each !== null && Number.isFinite(each) && each > 0).sort((a, b) => a - b);
  const middle = known[Math.floor(known.length / 2)];
  return middle === undefined ? 2 : Math.min(3, decimalsFor(middle));
}

/** Something with an interval. */
export interface Bounded {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Half the width of an interval, or null where it has none. */
export function halfWidth({ low, high }: Bounded): number | null {
  return low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high) ? null : (high - low) / 2;
}

/** An estimate in words for a title or a screen reader: `7.3 coins/round, 95 % interval −0.4 to 15.0`. */
export function inWords(estimate: Bounded, unit: string, decimals = decimalsFor(halfWidth(estimate))): string {
  const start = `${number(estimate.value, decimals)} ${unit}`.trim();
  if (halfWidth(estimate) === null) return `${start}, no interval yet`;
  return `${start}, 95${THIN}% interval ${number(estimate.low, decimals)} to ${number(estimate.high, decimals)}`;
}

/** A share as percent: 0.344 gives `34 %`. */
export function percent(share: number | null, decimals = 0): string {
  return share === null || !Number.isFinite(share) ? NONE : `${number(share * 100, decimals)}${THIN}%`;
}

/** A p-value: `0.031`, `< 0.001`. */
export function pValue(p: number | null): string {
  if (p === null || !Number.isFinite(p)) return NONE;
  if (p < 0.001) return "< 0.001";
  return number(p, p < 0.1 ? 3 : 2);
}

/** A span of time: `0.4 s`, `38 s`, `12 min 5 s`, `3 h 20 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NONE;
  if (seconds < 9.95) return `${number(seconds, 1)}${THIN}s`;
  if (seconds < 59.5) return `${number(seconds)}${THIN}s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours === 0) return `${minutes}${THIN}min ${whole % 60}${THIN}s`;
  return `${number(hours)}${THIN}h ${minutes}${THIN}min`;
}

/** A time for a decision, from milliseconds: `0.3 µs`, `12 µs`, `4.1 ms`, `1.2 s`. */
export function perDecision(milliseconds: number | null): string {
  if (milliseconds === null || !Number.isFinite(milliseconds)) return NONE;
  if (milliseconds < 1) return `${number(milliseconds * 1000, milliseconds < 0.01 ? 1 : 0)}${THIN}µs`;
  if (milliseconds < 1000) return `${number(milliseconds, milliseconds < 100 ? 1 : 0)}${THIN}ms`;
  return duration(milliseconds / 1000);
}

/** A day and minute in the reader's own time zone: `22 Nov 2025, 13:49`. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** A rank interval: `2` or `1–3`. */
export function ranks(low: number, high: number): string {
  return low === high ? String(low) : `${low}–${high}`;
}

/** A count with its noun: `1 match`, `32 matches`. */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${number(many)} ${many === 1 ? one : more}`;
}

/** A name as words with a capital: `round-robin` gives `Round robin`. */
export function capital(text: string): string {
  const words = text.replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Words as a sentence: a capital at the start, a full stop at the end. */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
