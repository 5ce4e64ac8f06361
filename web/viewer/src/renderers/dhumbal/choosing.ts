/** Building a move from cards: which ones may join, and which move the chosen ones make. */
import type { LegalMove } from "../../api/types";

/** The legal moves, sorted by what a hand does for them. */
export interface Choices {
  /** Throws, by the cards they take. */
  readonly throws: readonly { readonly says: string; readonly cards: readonly string[] }[];
  /** Cards that may be taken from the table, and the move that takes each. */
  readonly takes: ReadonlyMap<string, string>;
  /** The move that draws from the stock, or null. */
  readonly stock: string | null;
  /** The move that calls, or null. */
  readonly call: string | null;
}

/** Sorts legal moves; what the server does not tell of a move is read from its words. */
export function choicesOf(legal: readonly LegalMove[]): Choices {
  const throws: { says: string; cards: readonly string[] }[] = [];
  const takes = new Map<string, string>();
  let stock: string | null = null;
  let call: string | null = null;
  for (const move of legal) {
    const [verb = "", ...rest] = move.says.split(" ");
    const cards = move.cards?.length ? move.cards : rest;
    if (verb === "call") call = move.says;
    else if (move.says === "take stock") stock = move.says;
    else if (verb === "take" && cards[0]) takes.set(cards[0], move.says);
    else if (verb === "discard") throws.push({ says: move.says, cards });
  }
  return { throws, takes, stock, call };
}

/** Whether a card may join the chosen ones: some throw takes them all. */
export function mayJoin({ throws }: Choices, chosen: readonly string[], card: string): boolean {
  return throws.some(({ cards }) => cards.includes(card) && chosen.every((each) => cards.includes(each)));
}

/** The chosen cards after a click on one: it leaves, joins, or begins anew where it fits no throw with the others. */
export function toggled(choices: Choices, chosen: readonly string[], card: string): readonly string[] {
  if (chosen.includes(card)) return chosen.filter((each) => each !== card);
  if (mayJoin(choices, chosen, card)) return [...chosen, card];
  return mayJoin(choices, [], card) ? [card] : chosen;
}

/** The move that throws exactly the chosen cards, or null. */
export function throwOf({ throws }: Choices, chosen: readonly string[]): string | null {
  const same = ({ cards }: { cards: readonly string[] }): boolean => cards.length === chosen.length && chosen.every((each) => cards.includes(each));
  return chosen.length === 0 ? null : (throws.find(same)?.says ?? null);
}

/** Why the chosen cards are no throw yet; empty where they are one, or where none are chosen. */
export function hintOf(choices: Choices, chosen: readonly string[]): string {
  if (chosen.length === 0 || throwOf(choices, chosen)) return "";
  return "These cards are no throw yet: a run takes three or more of a suit.";
}
