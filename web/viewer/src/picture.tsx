import "./picture.css";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { linesOf, spoken } from "./player/lines";
import { Playback } from "./player/playback";
import { Side } from "./player/side";
import { asViewpoint, type FrameSource } from "./player/source";
import { Stage } from "./player/Stage";

/** What `Picture` takes. */
export interface PictureProps {
  readonly source: FrameSource;
  readonly query: URLSearchParams;
  /** Given the playback as soon as there is something to be seen. */
  readonly onReady: (playback: Playback) => void;
}

/** A match for those who take pictures of the page: the table and what has just been done, no controls. */
export function Picture({ source, query, onReady }: PictureProps): JSX.Element {
  const { side, playback } = useMemo(() => {
    const made = new Side(source, asViewpoint(query.get("view")));
    return { side: made, playback: new Playback({ count: source.match.frames }) };
  }, [source]);
  useEffect(() => void side.look(side.view.value).then(() => onReady(playback)), [side]);
  const index = playback.index.value;
  return (
    <main class="picture">
      <Stage side={side} playback={playback} />
      <p class="picture-line">
        <span>{lineOf(side, index)}</span>
        <span>
          {side.frameAt(index)?.ply ?? 0} of {source.match.plies}
        </span>
      </p>
    </main>
  );
}

/** What led to a frame, in words. */
function lineOf(side: Side, index: number): string {
  const { frames } = side.seen.value;
  const frame = frames[index];
  const line = linesOf({ ...side.match, marks: [] }, frames.slice(Math.max(0, index - 1), index + 1)).at(-1);
  return frame && line ? spoken(line, frame, side.match.seats) : "";
}
