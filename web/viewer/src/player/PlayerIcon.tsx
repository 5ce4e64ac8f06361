import type { JSX } from "preact";

const PATHS = {
  start: "M6 5v14M19 5l-9 7 9 7Z",
  back: "M15 5l-7 7 7 7",
  play: "M8 5v14l11-7Z",
  pause: "M8 5v14M16 5v14",
  next: "M9 5l7 7-7 7",
  end: "M18 5v14M5 5l9 7-9 7Z",
  share: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.600-5.700L12 7.200M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.600 5.700l1.400-1.400",
  screen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  compare: "M4 5h7v14H4ZM13 5h7v14h-7Z",
  help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.5",
} as const;

/** The name of a player's icon. */
export type PlayerIconName = keyof typeof PATHS;

/** A line icon of the player; decoration, its button has a label. */
export function PlayerIcon({ name }: { readonly name: PlayerIconName }): JSX.Element {
  return (
    <svg class="pl-icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
