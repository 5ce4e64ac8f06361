/** What an agent told of a decision, in the few forms that the panel draws. Any object is understood. */

/** One action that was considered. */
export interface Candidate {
  readonly action: string;
  /** How often the search tried it. */
  readonly visits: number | null;
  /** What it was found worth. */
  readonly value: number | null;
  /** From 0 to 1. */
  readonly probability: number | null;
  /** Whatever else was said of it. */
  readonly text: string | null;
}

/** A name and what it is: `hand value`, `21`. */
export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** Thoughts, sorted by form. */
export interface Reading {
  readonly facts: readonly Fact[];
  readonly candidates: readonly Candidate[];
  /** Longer texts, such as a language model's reasoning. */
  readonly texts: readonly Fact[];
}

/** What a candidate's bar is drawn from. */
export type Measure = "visits" | "probability" | "value";

const LONG_TEXT = 60;

/** Sorts thoughts by form; null gives nothing. */
export function readThoughts(thoughts: Readonly<Record<string, unknown>> | null): Reading {
  const facts: Fact[] = [];
  const texts: Fact[] = [];
  const candidates = new Map<string, Candidate>();
  for (const [name, value] of Object.entries(thoughts ?? {})) {
    const found = candidatesIn(name, value);
    if (found) for (const each of found) candidates.set(each.action, joined(candidates.get(each.action), each, name));
    else if (typeof value === "string" && (value.length > LONG_TEXT || value.includes("\n"))) texts.push({ name, text: value });
    else if (value !== null && typeof value === "object") texts.push({ name, text: JSON.stringify(value, null, 1) });
    else facts.push({ name, text: factText(name, value) });
  }
  return { facts, candidates: [...candidates.values()], texts };
}

/** What bars are drawn from: the most telling measure that all of the candidates have. */
export function measureOf(candidates: readonly Candidate[]): Measure | null {
  const measures: readonly Measure[] = ["visits", "probability", "value"];
  return measures.find((measure) => candidates.length > 0 && candidates.every((each) => each[measure] !== null)) ?? null;
}

/** The part of the widest bar that each candidate gets, from -1 to 1. */
export function barsOf(candidates: readonly Candidate[]): readonly number[] {
  const measure = measureOf(candidates) ?? "value";
  const sizes = candidates.map((each) => each[measure] ?? 0);
  const most = Math.max(...sizes.map(Math.abs), 0);
  return sizes.map((size) => (most === 0 ? 0 : size / most));
}

/** A number with as many digits as help. */
export function digits(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US").replace("-", "−");
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.01 ? 2 : 4;
  return value.toFixed(places).replace("-", "−");
}

function candidatesIn(name: string, value: unknown): readonly Candidate[] | null {
  if (Array.isArray(value)) {
    const items = value.filter(isRecord);
    return items.length > 0 && items.length === value.length && items.every((item) => "action" in item) ? items.map(candidate) : null;
  }
  if (!isRecord(value)) return null;
  const entries = Object.entries(value);
  if (entries.length === 0 || !entries.every((entry): entry is [string, number] => typeof entry[1] === "number")) return null;
  const shares = isShare(name, entries.map(([, size]) => size));
  return entries
    .map(([action, size]) => ({
      action,
      visits: name === "visits" ? size : null,
      value: name === "visits" || shares ? null : size,
      probability: shares ? size : null,
      text: null,
    }))
    .sort((one, other) => measured(other) - measured(one));
}

/** What two parts of the thoughts say of one action; a second number of the same kind becomes text under its own name. */
function joined(before: Candidate | undefined, now: Candidate, name: string): Candidate {
  if (!before) return now;
  const again = before.value !== null && now.value !== null ? `${name} ${digits(now.value)}` : null;
  return {
    action: now.action,
    visits: before.visits ?? now.visits,
    value: before.value ?? now.value,
    probability: before.probability ?? now.probability,
    text: [before.text, now.text, again].filter(Boolean).join(", ") || null,
  };
}

function candidate(item: Readonly<Record<string, unknown>>): Candidate {
  const known = new Set(["action", "visits", "value", "probability", "policy", "prior", "chance"]);
  const rest = Object.entries(item).filter(([name, value]) => !known.has(name) && value !== null);
  const text = rest.map(([name, value]) => (name === "text" ? String(value) : `${name} ${factText(name, value)}`)).join(", ");
  return {
    action: String(item["action"]),
    visits: numeric(item["visits"]),
    value: numeric(item["value"]),
    probability: numeric(item["probability"] ?? item["policy"] ?? item["chance"] ?? item["prior"]),
    text: text || null,
  };
}

function isShare(name: string, sizes: readonly number[]): boolean {
  const inside = sizes.every((size) => size >= 0 && size <= 1);
  const sum = sizes.reduce((total, size) => total + size, 0);
  return inside && (/prob|chance|policy|prior/.test(name) || Math.abs(sum - 1) < 0.02);
}

function measured({ visits, probability, value }: Candidate): number {
  return visits ?? probability ?? value ?? 0;
}

function factText(name: string, value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return value === null || value === undefined ? "–" : String(value);
  const share = /prob|chance|share/.test(name) && value >= 0 && value <= 1;
  return share ? `${digits(Math.round(value * 1000) / 10)}\u202f%` : digits(value);
}

function numeric(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
