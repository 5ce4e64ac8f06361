import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Frame } from "../../api/types";
import type { Choosing } from "../index";
import { choicesOf, hintOf, throwOf, toggled, type Choices } from "./choosing";
import { tableOf } from "./model";

/** What a person has chosen so far, and what he can do with it. Null where he cannot choose. */
export interface ChosenHand {
  /** His seat. */
  readonly seat: number;
  readonly choices: Choices;
  /** The chosen cards of his hand. */
  readonly cards: readonly string[];
  /** The move that "Confirm" sends, in its own words; null where none is complete. */
  readonly move: string | null;
  /** Why there is none yet. */
  readonly hint: string;
  readonly pick: (card: string) => void;
  /** Chooses a whole move: to take a card, the stock, to call. */
  readonly aim: (says: string) => void;
  readonly clear: () => void;
  readonly confirm: () => void;
}

interface State {
  readonly frame: Frame;
  readonly cards: readonly string[];
  readonly aim: string | null;
}

/** Keeps what is chosen for a frame, and listens to the keys: 1 to 9 a card, s the stock, c call, enter, escape. */
export function useChosen(frame: Frame, choose: Choosing | null, view: number | null): ChosenHand | null {
  const [state, setState] = useState<State>({ frame, cards: [], aim: null });
  const now = state.frame === frame ? state : { frame, cards: [], aim: null };
  const choices = useMemo(() => (choose ? choicesOf(choose.legal) : null), [choose?.legal]);
  const seat = view ?? frame.actors[0] ?? 0;
  const hand = choose && choices && !choose.busy && choose.legal.length > 0 ? chosenHand(seat, choices, now, setState, choose) : null;
  const latest = useRef({ hand, frame });
  latest.current = { hand, frame };
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const now = latest.current;
      if (now.hand && obeys(now.hand, tableOf(now.frame), event)) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return hand;
}

function chosenHand(seat: number, choices: Choices, now: State, set: (state: State) => void, choose: Choosing): ChosenHand {
  const { frame, cards, aim } = now;
  const move = aim ?? throwOf(choices, cards);
  return {
    seat,
    choices,
    cards,
    move,
    hint: aim ? "" : hintOf(choices, cards),
    pick: (card) => set({ frame, cards: toggled(choices, cards, card), aim: null }),
    aim: (says) => set({ frame, cards: [], aim: aim === says ? null : says }),
    clear: () => set({ frame, cards: [], aim: null }),
    confirm: () => {
      if (move) choose.submit(move);
    },
  };
}

function obeys(hand: ChosenHand, table: ReturnType<typeof tableOf>, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, dialog[open]")) return false;
  const { choices, aim } = hand;
  if (event.key === "Escape" && (hand.cards.length > 0 || hand.move)) hand.clear();
  else if (event.key === "Enter" && hand.move && !target?.closest("button, a, summary")) hand.confirm();
  else if (event.key === "s" && choices.stock) aim(choices.stock);
  else if (event.key === "c" && choices.call) aim(choices.call);
  else if (/^[1-9]$/.test(event.key)) return numbered(hand, table, Number(event.key) - 1);
  else return false;
  return true;
}

function numbered(hand: ChosenHand, table: ReturnType<typeof tableOf>, place: number): boolean {
  if (hand.choices.throws.length > 0) {
    const card = table.seats[hand.seat]?.cards[place];
    if (!card) return false;
    hand.pick(card);
    return true;
  }
  const says = [...hand.choices.takes.values()][place];
  if (!says) return false;
  hand.aim(says);
  return true;
}
