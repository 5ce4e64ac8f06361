import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Frame, SeatInfo } from "../../api/types";
import { CardOnFelt } from "./CardOnFelt";
import { middleParts, type TableLayout } from "./layout";
import type { TableState } from "./model";
import { useFlights } from "./motion";
import { fourColours } from "./options";
import { scatter, type PlacedCard } from "./scatter";
import { SeatPanel } from "./SeatPanel";
import { changesOf } from "./showdown";
import type { ChosenHand } from "./useChosen";

/** How long after the last hand the next one turns over, in milliseconds. */
const HAND_MS = 260;

/** What `Felt` takes. */
export interface FeltProps {
  readonly index: number;
  /** The table as it is drawn. */
  readonly table: TableState;
  /** The table one frame earlier, or null. */
  readonly before: TableState | null;
  readonly previous: Frame | null;
  readonly layout: TableLayout;
  readonly seats: readonly SeatInfo[];
  readonly names: readonly string[];
  /** How the round has ended; empty where it has not. */
  readonly sentence: string;
  readonly showdown: boolean;
  /** What a person at the table has chosen; null where nobody chooses. */
  readonly hand: ChosenHand | null;
  /** Turns from the showdown to the next deal; null where there is none. */
  readonly onDeal: (() => void) | null;
  /** Whether the game waits for that, so that the button takes the focus. */
  readonly eager: boolean;
}

/** The felt: panels, cards, the middle. */
export function Felt(props: FeltProps): JSX.Element {
  const { index, table, before, previous, layout, seats, names, sentence, showdown, hand, onDeal, eager } = props;
  const elements = useRef<Map<string, HTMLElement>>(new Map());
  const cards = useMemo(() => scatter(table, layout, !showdown), [table, layout, showdown]);
  const deals = !showdown && table.turn <= 1 && table.phase === "discard";
  const step = useMemo(
    () => ({ index, before: previous?.actions ?? [], layout, cards, flights: !showdown && !deals }),
    [index, previous, layout, cards, showdown, deals],
  );
  useFlights(elements, step);
  const changes = showdown ? changesOf(before, table) : [];
  const turns = showdown ? turnsOver(table, before) : null;
  return (
    <div class={layout.rows ? "dt-felt dt-rows" : "dt-felt"} style={{ height: `${layout.height}px` }}>
      <Head table={table} brief={layout.rows} showdown={showdown} />
      {table.seats.map((seat) => {
        const place = layout.seats[seat.seat];
        const info = seats[seat.seat];
        if (!place) return null;
        return (
          <SeatPanel
            key={seat.seat}
            seat={seat}
            box={place.panel}
            agent={info?.name ?? ""}
            name={names[seat.seat] ?? `Seat ${seat.seat + 1}`}
            economy={table.economy}
            change={changes[seat.seat] ?? null}
            says={showdown ? saysOf(table, seat.seat) : null}
            won={showdown && table.result?.winner === seat.seat}
            delay={turns?.get(seat.seat) ?? 0}
          />
        );
      })}
      {!showdown && <Captions table={table} layout={layout} taking={hand !== null && hand.choices.throws.length === 0} />}
      {cards.map((card) => (
        <CardOnFelt key={card.key} card={card} elements={elements} hand={hand} turnsOver={turnOf(card, turns, before)} />
      ))}
      {showdown && <Result layout={layout} sentence={sentence} round={table.round + 1} onDeal={onDeal} eager={eager} />}
    </div>
  );
}

interface HeadProps {
  readonly table: TableState;
  readonly brief: boolean;
  readonly showdown: boolean;
}

function Head({ table, brief, showdown }: HeadProps): JSX.Element {
  return (
    <div class="dt-head">
      <p>
        Round {table.round} · {showdown ? "over" : `turn ${table.turn}`} · call at {table.callAt}
        {brief ? "" : " or less"}
      </p>
      <button type="button" class="dt-suits" aria-pressed={fourColours.value} title="Clubs green, diamonds blue" onClick={() => (fourColours.value = !fourColours.value)}>
        <span aria-hidden="true">♣ ♦ ♥ ♠</span>
        <span class="hidden">Four-colour suits</span>
      </button>
    </div>
  );
}

function Captions({ table, layout, taking }: { readonly table: TableState; readonly layout: TableLayout; readonly taking: boolean }): JSX.Element {
  const parts = middleParts(layout.middle, layout.card, table.live.length, table.thrown.length);
  const y = parts.live.y + parts.live.height + 4;
  const some = table.open.length > 0 && table.open.length < table.live.length;
  const at = (middle: number): { left: string; top: string } => ({ left: `${middle}px`, top: `${y}px` });
  const box = { left: `${parts.stock.x - layout.card / 2}px`, top: `${parts.live.y}px`, width: `${layout.card}px`, height: `${parts.live.height}px` };
  return (
    <>
      {table.stock === 0 && <div class="dt-empty" style={box} />}
      <p class="dt-caption" style={at(parts.stock.x)}>
        <span class={layout.card < 52 ? "hidden" : undefined}>stock </span>
        {table.stock}
      </p>
      {table.live.length > 0 && (
        <p class="dt-caption" style={at(parts.live.x + parts.live.width / 2)}>
          {table.open.length === 0 ? "on the table" : some ? "lit: to take" : taking ? "take one" : "to take"}
        </p>
      )}
      {table.thrown.length > 0 && (
        <p class="dt-caption" style={at(parts.thrown.x + parts.thrown.width / 2)}>
          thrown
        </p>
      )}
    </>
  );
}

interface ResultProps {
  readonly layout: TableLayout;
  readonly sentence: string;
  readonly round: number;
  readonly onDeal: (() => void) | null;
  readonly eager: boolean;
}

function Result({ layout, sentence, round, onDeal, eager }: ResultProps): JSX.Element {
  const { x, y, width, height } = layout.middle;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (eager) button.current?.focus({ preventScroll: true });
  }, [eager]);
  return (
    <div class="dt-result" style={{ left: `${x}px`, top: `${y}px`, width: `${width}px`, minHeight: `${height}px` }}>
      <p>{sentence}</p>
      {onDeal && (
        <button ref={button} type="button" class="dt-button" onClick={onDeal}>
          Deal round {round}
        </button>
      )}
    </div>
  );
}

function saysOf(table: TableState, seat: number): string | null {
  const { result } = table;
  if (!result) return null;
  const called = result.reason === "a right call" || result.reason === "a wrong call";
  if (result.caller === seat && called) return result.winner === seat ? "calls, wins" : "calls";
  return result.winner === seat ? "wins" : null;
}

/** When each seat's hand is turned over, in ms: the caller's first, then clockwise; seats whose hand was open do not wait. */
function turnsOver(table: TableState, before: TableState | null): ReadonlyMap<number, number> {
  const players = table.seats.length;
  const first = table.result?.caller ?? 0;
  const delays = new Map<number, number>();
  let hidden = 0;
  for (let place = 0; place < players; place++) {
    const seat = (first + place) % players;
    const open = before?.seats[seat]?.cards.every((card) => card !== null) ?? true;
    delays.set(seat, open ? 0 : HAND_MS * hidden++);
  }
  return delays;
}

/** How long a card waits before it turns over; null where it was to be seen before. */
function turnOf(card: PlacedCard, turns: ReadonlyMap<number, number> | null, before: TableState | null): number | null {
  if (!turns || !before || card.seat === null || before.seats[card.seat]?.cards.includes(card.name)) return null;
  return turns.get(card.seat) ?? 0;
}
