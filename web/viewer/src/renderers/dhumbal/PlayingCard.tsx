import { memo } from "../../player/memo";
import type { JSX } from "preact";
import { faceOf, isRed, type Suit } from "./cards";

const PIPS: Readonly<Record<Suit, string>> = {
  "♥": "M12 21.300C5.400 16 2 12.600 2 8.300 2 5.200 4.300 3 7.200 3c1.900 0 3.700 1 4.800 2.700C13.100 4 14.900 3 16.800 3 19.700 3 22 5.200 22 8.300c0 4.300-3.400 7.700-10 13Z",
  "♦": "M12 1.800 19.800 12 12 22.200 4.200 12Z",
  "♠": "M12 1.700C8.600 6.300 3 9.600 3 14.300c0 2.700 2 4.700 4.500 4.700 1.300 0 2.500-.5 3.400-1.400-.2 1.900-.9 3.400-2.100 4.700h6.400c-1.200-1.300-1.900-2.800-2.100-4.700.9.9 2.100 1.400 3.400 1.400 2.500 0 4.500-2 4.500-4.700C21 9.600 15.400 6.300 12 1.700Z",
  "♣": "M12 1.800a4.600 4.600 0 0 0-3.500 7.600A4.600 4.600 0 1 0 10.900 17c-.2 2-.9 3.800-2.200 5.300h6.600c-1.300-1.500-2-3.300-2.200-5.300a4.600 4.600 0 1 0 2.400-7.600A4.600 4.600 0 0 0 12 1.800Z",
  "★": "m12 1.500 3.200 6.900 7.500.9-5.500 5.200 1.400 7.500L12 18.300 5.400 22l1.400-7.500L1.300 9.300l7.500-.9Z",
};
const CLASSES: Readonly<Record<Suit, string>> = { "♣": "clubs", "♦": "diamonds", "♥": "hearts", "♠": "spades", "★": "joker" };

/** What `PlayingCard` takes. */
export interface PlayingCardProps {
  /** The card's name, or null for its back. */
  readonly name: string | null;
}

/** A card as SVG, 50 by 70 units: rank and suit in the corner, one large pip. */
export const PlayingCard = memo(function PlayingCard({ name }: PlayingCardProps): JSX.Element {
  return (
    <svg class="pc" viewBox="0 0 50 70" aria-hidden="true" focusable="false">
      {name === null ? <Back /> : <Face name={name} />}
    </svg>
  );
});

function Face({ name }: { readonly name: string }): JSX.Element {
  const face = faceOf(name);
  const joker = face.suit === "★";
  const pip = PIPS[face.suit];
  return (
    <g class={`pc-face pc-${CLASSES[face.suit]} ${isRed(face) ? "pc-red" : "pc-black"}`}>
      <rect class="pc-paper" x="0.5" y="0.5" width="49" height="69" rx="5.500" />
      {joker ? (
        <text class="pc-word" x="6" y="14">
          {face.rank === "R" ? "red" : "black"}
        </text>
      ) : (
        <>
          <text class={face.rank === "10" ? "pc-rank pc-ten" : "pc-rank"} x="4.500" y="20">
            {face.rank}
          </text>
          <path d={pip} transform="translate(4.200 24) scale(0.5)" />
        </>
      )}
      <path d={pip} transform={joker ? "translate(8 20) scale(1.4)" : "translate(17.500 36) scale(1.18)"} />
    </g>
  );
}

function Back(): JSX.Element {
  return (
    <g class="pc-reverse">
      <rect class="pc-paper" x="0.5" y="0.5" width="49" height="69" rx="5.500" />
      <rect class="pc-ground" x="4" y="4" width="42" height="62" rx="3" />
      <path class="pc-lines" d="M4 14 14 4M4 34 34 4M4 54 46 12M12 66 46 32M32 66 46 52M36 4l10 10M16 4l30 30M4 12l42 42M4 32l34 34M4 52l14 14" />
      <path class="pc-badge" d="M25 25 33 35 25 45 17 35Z" />
    </g>
  );
}
