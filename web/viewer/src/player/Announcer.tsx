import { useSignalEffect } from "../signal";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { linesOf, spoken } from "./lines";
import type { Playback } from "./playback";
import type { Side } from "./side";

/** How long a frame must stay before it is announced, in milliseconds, so that scrubbing is silent. */
const PATIENCE_MS = 300;

/** Tells screen readers what has just happened. */
export function Announcer({ side, playback }: { readonly side: Side; readonly playback: Playback }): JSX.Element {
  const [text, setText] = useState("");
  useSignalEffect(() => {
    const index = playback.index.value;
    const { frames } = side.seen.value;
    const quiet = playback.playing.value && playback.speed.value > 1;
    if (quiet || frames.length === 0) return;
    const timer = setTimeout(() => {
      const frame = frames[index];
      const near = frames.slice(Math.max(0, index - 1), index + 1);
      const line = linesOf({ ...side.match, marks: [] }, near).at(-1);
      if (frame && line) setText(spoken(line, frame, side.match.seats));
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <p class="hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
