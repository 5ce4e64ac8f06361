import type { JSX } from "preact";
import type { Mark } from "../api/types";
import { MarkGlyph } from "./MarkGlyph";
import { memo } from "./memo";
import type { Playback } from "./playback";

/** What `Scrubber` takes. */
export interface ScrubberProps {
  readonly playback: Playback;
  readonly marks: readonly Mark[];
  /** The present place in words, for screen readers. */
  readonly inWords: (index: number) => string;
}

/** The slider over all frames, with marks above it. */
export function Scrubber({ playback, marks, inWords }: ScrubberProps): JSX.Element {
  const index = playback.index.value;
  const { last } = playback;
  const seek = (event: { readonly currentTarget: HTMLInputElement }): void => playback.seek(Number(event.currentTarget.value));
  return (
    <div class="pl-scrubber">
      <Marks marks={marks} last={last} />
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={index}
        aria-label="Place in the match"
        aria-valuetext={inWords(index)}
        style={{ "--played": `${last === 0 ? 0 : (index / last) * 100}%` }}
        onInput={seek}
      />
    </div>
  );
}

interface MarksProps {
  readonly marks: readonly Mark[];
  readonly last: number;
}

/** Drawn once for a match. */
const Marks = memo(function Marks({ marks, last }: MarksProps): JSX.Element {
  return (
    <ul class="pl-marks" aria-label="Marks">
      {marks.map((mark) => (
        <li key={`${mark.frame} ${mark.kind}`} class="pl-mark" title={`${mark.text}, ply ${mark.ply}`} style={{ left: `${last === 0 ? 0 : (mark.frame / last) * 100}%` }}>
          <MarkGlyph kind={mark.kind} />
          <span class="hidden">
            {mark.text} at ply {mark.ply}
          </span>
        </li>
      ))}
    </ul>
  );
});
