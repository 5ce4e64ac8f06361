/** Cards that travel: from where they lay to where they lie now, at most 200 ms, not at all under reduced motion. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { FrameAction } from "../../api/types";
import type { Place, TableLayout } from "./layout";
import { handPlace, type PlacedCard } from "./scatter";

const TRAVEL_MS = 200;
/** Frames that follow each other sooner, in milliseconds, are scrubbed through: nothing travels. */
const HURRY_MS = 90;
const EASING = "cubic-bezier(0.2, 0.7, 0.3, 1)";

/** What moves cards from one frame to the next. */
export interface Step {
  /** The number of the frame. */
  readonly index: number;
  /** What was done before it. */
  readonly before: readonly FrameAction[];
  readonly layout: TableLayout;
  readonly cards: readonly PlacedCard[];
  /** Whether new cards come from somewhere: not at a showdown or a deal. */
  readonly flights: boolean;
}

/** A place and a width. */
type Spot = Place & { readonly width: number };

/** The CSS transform that puts a card's element to a place; `width` is the element's own. */
export function transformOf({ x, y, turn, width: as }: Spot, width: number): string {
  const scale = as === width ? "" : ` scale(${as / width})`;
  return `translate(${round(x - width / 2)}px, ${round(y - width * 0.7)}px) rotate(${round(turn)}deg)${scale}`;
}

/** Where a card comes from that was not to be seen before: from the stock into a hand, out of a hand onto the table. */
export function originOf(card: PlacedCard, step: Step): Spot | null {
  if (card.zone === "stock") return null;
  if (card.zone === "hand") return step.cards.find((each) => each.zone === "stock") ?? null;
  const actor = step.before[0]?.player;
  return actor === undefined ? null : handPlace(step.layout, actor);
}

/** Moves the elements in `elements`, by the keys of their cards, whenever the frame changes to its neighbour. */
export function useFlights(elements: RefObject<Map<string, HTMLElement>>, step: Step): void {
  const last = useRef<Step | null>(null);
  const since = useRef(0);
  useLayoutEffect(() => {
    const from = last.current;
    last.current = step;
    if (!from || from.index === step.index || from.layout.width !== step.layout.width) return;
    const now = performance.now();
    const hurried = now - since.current < HURRY_MS;
    since.current = now;
    if (hurried || Math.abs(step.index - from.index) !== 1 || isStill()) return;
    const forward = step.index > from.index;
    const old = new Map(from.cards.map((card) => [card.key, card]));
    for (const card of step.cards) {
      const start = old.get(card.key) ?? (forward && step.flights ? originOf(card, step) : null);
      const element = elements.current.get(card.key);
      if (!start || !element || (start.x === card.x && start.y === card.y && start.turn === card.turn)) continue;
      const frames = [{ transform: transformOf(start, card.width) }, { transform: transformOf(card, card.width) }];
      element.animate(frames, { duration: TRAVEL_MS, easing: EASING });
    }
  }, [elements, step]);
}

/** Whether the reader has asked for less motion. */
export function isStill(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
