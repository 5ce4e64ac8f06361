import type { JSX } from "preact";

const PATHS = {
  sun: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  auto: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18m0-16.5a7.5 7.5 0 0 1 0 15",
  copy: "M9 9h11v11H9ZM5 15H4V4h11v1",
  check: "m4.5 12.5 5 5 10-11",
  play: "M7 4.5v15l12-7.5Z",
  arrow: "M4 12h16m-6-6 6 6-6 6",
  up: "m6 14 6-6 6 6",
  down: "m6 10 6 6 6-6",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** A line icon of 20 pixels in the colour of its text; decoration, words stand beside it or in its button's label. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
