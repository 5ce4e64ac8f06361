/** Where everything lies on the felt, in pixels. Pure functions of the table's width and its players. */

/** A rectangle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a card lies: its middle, and how it is turned, in degrees. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
}

/** A seat's part of the felt. */
export interface SeatPlace {
  readonly seat: number;
  readonly panel: Box;
  /** Where the fan lies. */
  readonly hand: Box;
  /** How wide its cards are. */
  readonly card: number;
  /** Whether the fan is flat, its cards all upright. */
  readonly flat: boolean;
}

/** The whole felt. */
export interface TableLayout {
  readonly width: number;
  readonly height: number;
  /** Whether seats lie in rows, for narrow screens. */
  readonly rows: boolean;
  /** By seat. */
  readonly seats: readonly SeatPlace[];
  /** How wide the cards in the middle are. */
  readonly card: number;
  /** The part between the seats: stock, live cards, thrown cards, or the result in words. */
  readonly middle: Box;
}

/** A card's height for its width. */
export const RATIO = 1.4;
/** Below this width, in pixels, seats lie in rows. */
export const ROWS_BELOW = 600;
const PAD = 16;
const GAP = 12;
const HEAD = 28;
const PANEL = { width: 192, height: 52 };
const SPREAD = 0.56;
const MOST = 5;
const CAPTION = 20;
/** Room for the end of a round in words and a button, in rows. */
const MIDDLE = 132;

/** The felt for so many players; `bottom` is the seat that is nearest to the one who looks. */
export function tableLayout(width: number, players: number, bottom = 0): TableLayout {
  const order = Array.from({ length: players }, (_, place) => (bottom + place) % players);
  return width < ROWS_BELOW ? inRows(width, order) : around(width, order);
}

/** The width of a fan of `count` cards. */
export function fanWidth(count: number, card: number): number {
  return count === 0 ? 0 : card * (1 + SPREAD * (Math.min(count, MOST) - 1));
}

/** The places of a hand's cards, from left to right: a slight arc, closer together where there is little room. */
export function fan(count: number, { x, y, width, height }: Box, card: number, flat: boolean): readonly Place[] {
  const step = count < 2 ? 0 : Math.min(card * SPREAD, (width - card) / (count - 1));
  const centre = (count - 1) / 2;
  return Array.from({ length: count }, (_, place) => {
    const off = place - centre;
    return {
      x: x + width / 2 + off * step,
      y: y + height / 2 + (flat ? 0 : off * off * card * 0.018),
      turn: flat ? 0 : off * 3,
    };
  });
}

/** The places of cards in a row that begins at the left of a box, upright. */
export function row(count: number, { x, y, width, height }: Box, card: number): readonly Place[] {
  const step = count < 2 ? 0 : Math.min(card * SPREAD, (width - card) / (count - 1));
  return Array.from({ length: count }, (_, place) => ({ x: x + card / 2 + place * step, y: y + height / 2, turn: 0 }));
}

/** The parts of the middle: the stock, the cards that lie open, the cards just thrown. */
export function middleParts({ x, y, width, height }: Box, card: number, live: number, thrown: number): {
  readonly stock: Place;
  readonly live: Box;
  readonly thrown: Box;
} {
  const gap = Math.min(28, card * 0.5, Math.max(10, width * 0.06));
  const free = width - card - 2 * gap;
  const [wantLive, wantThrown] = [fanWidth(Math.max(live, 1), card), thrown === 0 ? 0 : fanWidth(thrown, card)];
  const squeeze = Math.min(1, free / Math.max(1, wantLive + wantThrown));
  const widths = { live: Math.max(card, wantLive * squeeze), thrown: thrown === 0 ? 0 : Math.max(card, wantThrown * squeeze) };
  const used = card + gap + widths.live + (thrown === 0 ? 0 : gap + widths.thrown);
  const left = x + Math.max(0, (width - used) / 2);
  const top = { y: y + (height - CAPTION - card * RATIO) / 2, height: card * RATIO };
  const liveLeft = left + card + gap;
  return {
    stock: { x: left + card / 2, y: top.y + top.height / 2, turn: 0 },
    live: { x: liveLeft, width: widths.live, ...top },
    thrown: { x: liveLeft + widths.live + gap, width: widths.thrown, ...top },
  };
}

/** Seats around the felt. */
function around(width: number, order: readonly number[]): TableLayout {
  const card = Math.round(Math.min(72, Math.max(46, width / 12.2)));
  const hand = { width: fanWidth(MOST, card) + 8, height: card * RATIO + 10 };
  const block = Math.max(PANEL.width, hand.width);
  const stacked = PANEL.height + 8 + hand.height;
  const middle = card * RATIO + CAPTION + 8;
  const [nearest, ...others] = order;
  const facing = others.length === 1 || others.length === 3;
  const crowded = others.length === 4;
  const upper = facing ? hand.height : crowded ? stacked : 0;
  const top = PAD + HEAD;
  const belt = others.length === 1 ? middle + 24 : others.length === 3 ? Math.max(middle, stacked - 24) : Math.max(middle, stacked);
  const beltTop = top + upper + (upper ? GAP : 0);
  const nearTop = beltTop + belt + GAP;
  const height = nearTop + hand.height + PAD;
  const side = (at: "left" | "right", y: number, seat: number): SeatPlace => {
    const x = at === "left" ? PAD : width - PAD - block;
    return stack(seat, { x, y, width: block, height: stacked }, card, hand);
  };
  const inLine = (seat: number, y: number): SeatPlace => line(seat, y, width, card, hand);
  const beltMiddle = beltTop + (belt - stacked) / 2;
  const places: SeatPlace[] = nearest === undefined ? [] : [inLine(nearest, nearTop)];
  const [one = 0, two = 0, three = 0, four = 0] = others;
  if (others.length === 1) places.push(inLine(one, top));
  if (others.length === 2) places.push(side("left", beltMiddle, one), side("right", beltMiddle, two));
  if (others.length === 3) places.push(side("left", beltMiddle, one), inLine(two, top), side("right", beltMiddle, three));
  if (crowded) {
    const quarter = (place: number): Box => ({ x: width * place - block / 2, y: top, width: block, height: stacked });
    places.push(
      side("left", beltMiddle, one),
      stack(two, quarter(0.31), card, hand),
      stack(three, quarter(0.69), card, hand),
      side("right", beltMiddle, four),
    );
  }
  const inset = others.length === 1 ? PAD : PAD + block + 4;
  const box = { x: inset, y: beltTop, width: width - 2 * inset, height: belt };
  return { width, height, rows: false, seats: bySeat(places), card, middle: box };
}

/** Panel above the hand. */
function stack(seat: number, box: Box, card: number, hand: { width: number; height: number }): SeatPlace {
  const panel = { x: box.x + (box.width - PANEL.width) / 2, y: box.y, ...PANEL };
  const below = { x: box.x + (box.width - hand.width) / 2, y: box.y + PANEL.height + 8, ...hand };
  return { seat, panel, hand: below, card, flat: false };
}

/** Hand in the middle of the width, its panel to the left. */
function line(seat: number, y: number, width: number, card: number, hand: { width: number; height: number }): SeatPlace {
  const x = (width - hand.width) / 2;
  const panel = { x: x - PANEL.width - GAP, y: y + (hand.height - PANEL.height) / 2, ...PANEL };
  return { seat, panel, hand: { x, y, ...hand }, card, flat: false };
}

/** Seats one below the other: the others, the middle, the nearest one. */
function inRows(width: number, order: readonly number[]): TableLayout {
  const pad = 10;
  const small = Math.round(Math.min(40, Math.max(32, width / 10)));
  const large = Math.round(Math.min(62, Math.max(46, width / 6.4)));
  const rowHeight = Math.max(PANEL.height, small * RATIO) + 8;
  const [nearest, ...others] = order;
  const handWidth = fanWidth(MOST, small);
  const places: SeatPlace[] = others.map((seat, place) => {
    const y = pad + HEAD + place * (rowHeight + 4);
    const panel = { x: pad, y: y + (rowHeight - PANEL.height) / 2, width: width - 3 * pad - handWidth, height: PANEL.height };
    return { seat, panel, hand: { x: width - pad - handWidth, y, width: handWidth, height: rowHeight }, card: small, flat: true };
  });
  const middleTop = pad + HEAD + others.length * (rowHeight + 4) + 4;
  const middle = { x: pad, y: middleTop, width: width - 2 * pad, height: Math.max(MIDDLE, large * RATIO + CAPTION + 16) };
  const panelTop = middleTop + middle.height + 8;
  // Chosen cards rise; the room below the panel is theirs.
  const hand = { x: pad, y: panelTop + PANEL.height + 8 + Math.round(large * 0.2), width: width - 2 * pad, height: large * RATIO + 10 };
  if (nearest !== undefined) {
    places.push({ seat: nearest, panel: { x: pad, y: panelTop, width: width - 2 * pad, height: PANEL.height }, hand, card: large, flat: false });
  }
  return { width, height: hand.y + hand.height + pad, rows: true, seats: bySeat(places), card: large, middle };
}

function bySeat(places: readonly SeatPlace[]): readonly SeatPlace[] {
  return [...places].sort((one, other) => one.seat - other.seat);
}
