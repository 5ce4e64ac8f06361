/** Card names such as `7♣`, `10♦`, `R★`. */

/** The suits, and the star of the jokers. */
export type Suit = "♣" | "♦" | "♥" | "♠" | "★";

/** A card taken apart. */
export interface CardFace {
  readonly rank: string;
  readonly suit: Suit;
}

const RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
const SUITS: readonly Suit[] = ["♣", "♦", "♥", "♠"];
const RANK_WORDS: Readonly<Record<string, string>> = { A: "ace", J: "jack", Q: "queen", K: "king" };
const SUIT_WORDS: Readonly<Record<Suit, string>> = { "♣": "clubs", "♦": "diamonds", "♥": "hearts", "♠": "spades", "★": "joker" };

/** A card's rank and suit. */
export function faceOf(name: string): CardFace {
  const suit = name.slice(-1);
  return { rank: name.slice(0, -1), suit: suit === "★" || SUITS.includes(suit as Suit) ? (suit as Suit) : "★" };
}

/** Where a card stands among all, from 0 to 53: aces first, clubs before diamonds, hearts, spades; jokers last. */
export function orderOf(name: string): number {
  const { rank, suit } = faceOf(name);
  if (suit === "★") return rank === "R" ? 52 : 53;
  return RANKS.indexOf(rank) * 4 + SUITS.indexOf(suit);
}

/** A card in words: `7 of clubs`, `red joker`. */
export function inWords(name: string): string {
  const { rank, suit } = faceOf(name);
  if (suit === "★") return rank === "R" ? "red joker" : "black joker";
  return `${RANK_WORDS[rank] ?? rank} of ${SUIT_WORDS[suit]}`;
}

/** Whether a card is printed red where suits have two colours. */
export function isRed({ rank, suit }: CardFace): boolean {
  return suit === "★" ? rank === "R" : suit === "♦" || suit === "♥";
}
