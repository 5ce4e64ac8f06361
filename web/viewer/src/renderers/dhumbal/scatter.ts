/** Every card that is to be seen, with its place: from a table and a layout to a flat list. */
import { orderOf } from "./cards";
import { fan, middleParts, row, type Place, type TableLayout } from "./layout";
import type { TableState } from "./model";

/** Where a card belongs. */
export type Zone = "hand" | "live" | "thrown" | "stock";

/** A card on the felt. */
export interface PlacedCard extends Place {
  /** The same card keeps its key from frame to frame. */
  readonly key: string;
  /** Its name, or null for its back. */
  readonly name: string | null;
  readonly width: number;
  readonly zone: Zone;
  /** Whose hand it is in; null elsewhere. */
  readonly seat: number | null;
  /** Its position within its hand or row; later ones lie on top. */
  readonly depth: number;
  /** Whether it may be taken. */
  readonly open: boolean;
}

/** How many backs the stock shows at most. */
const PILE = 3;

/** All cards of a table, those with names first, in the order of a pack; `middle` says whether stock and discards are shown. */
export function scatter(table: TableState, layout: TableLayout, middle: boolean): readonly PlacedCard[] {
  const cards = table.seats.flatMap((seat) => {
    const place = layout.seats[seat.seat];
    if (!place) return [];
    return fan(seat.cards.length, place.hand, place.card, place.flat).map((at, depth) => {
      const name = seat.cards[depth] ?? null;
      const key = name ?? `back-${seat.seat}-${depth}`;
      return { ...at, key, name, width: place.card, zone: "hand" as const, seat: seat.seat, depth, open: false };
    });
  });
  const all: PlacedCard[] = middle ? [...cards, ...inTheMiddle(table, layout)] : cards;
  return all.sort((one, other) => rankOf(one) - rankOf(other));
}

/** The middle of each seat's fan: where a card comes from that was hidden in it. */
export function handPlace(layout: TableLayout, seat: number): Place & { readonly width: number } {
  const place = layout.seats[seat];
  if (!place) return { x: layout.width / 2, y: layout.height / 2, turn: 0, width: layout.card };
  const { hand, card } = place;
  return { x: hand.x + hand.width / 2, y: hand.y + hand.height / 2, turn: 0, width: card };
}

function inTheMiddle(table: TableState, layout: TableLayout): readonly PlacedCard[] {
  const { card } = layout;
  const parts = middleParts(layout.middle, card, table.live.length, table.thrown.length);
  const pile = Math.min(PILE, table.stock);
  const stock = Array.from({ length: pile }, (_, depth) => ({
    x: parts.stock.x + depth * 1.5,
    y: parts.stock.y - depth * 1.5,
    turn: 0,
    key: `stock-${depth}`,
    name: null,
    width: card,
    zone: "stock" as const,
    seat: null,
    depth,
    open: depth === pile - 1,
  }));
  const lay = (names: readonly string[], zone: "live" | "thrown"): PlacedCard[] =>
    row(names.length, parts[zone], card).map((at, depth) => {
      const name = names[depth] ?? "";
      return { ...at, key: name, name, width: card, zone, seat: null, depth, open: zone === "live" && table.open.includes(name) };
    });
  return [...stock, ...lay(table.live, "live"), ...lay(table.thrown, "thrown")];
}

function rankOf({ name, seat, depth }: PlacedCard): number {
  return name === null ? 100 + 10 * (seat ?? 9) + depth : orderOf(name);
}
