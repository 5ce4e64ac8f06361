import type { JSX } from "preact";

/** Shapes of marks, in a box of 10 by 10: each kind has its own, so that colour is never the only cue. */
const GLYPHS: Readonly<Record<string, string>> = {
  call: "M5 1 9.500 9h-9Z",
  "wrong call": "M.5 1h9L5 9Z",
  fault: "M2.200 1 5 3.800 7.800 1 9 2.200 6.200 5 9 7.800 7.800 9 5 6.200 2.200 9 1 7.800 3.800 5 1 2.200Z",
  showdown: "M5 .5 9.500 5 5 9.500 .5 5Z",
  difference: "M1 2h8v2H1Zm0 4h8v2H1Z",
};
const OTHER = "M1.500 1.500h7v7h-7Z";

/** The small sign of a mark; decoration, words stand beside it. */
export function MarkGlyph({ kind }: { readonly kind: string }): JSX.Element {
  return (
    <svg class={`pl-glyph pl-glyph-${kind.replaceAll(" ", "-")}`} viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      <path d={GLYPHS[kind] ?? OTHER} />
    </svg>
  );
}
