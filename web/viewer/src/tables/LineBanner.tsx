import type { JSX } from "preact";
import { Link } from "../router";
import type { ClosedFor, LineState } from "./line";

const WORDS: Readonly<Record<ClosedFor, string>> = {
  replaced: "You have taken up this seat in another window.",
  refused: "This seat is somebody else's: the key that this browser kept is not the table's.",
  unknown: "There is no such table any more.",
  idle: "The table was closed: nobody has moved for too long.",
  failed: "The game cannot go on; the server's log says why.",
  done: "",
};

/** What `LineBanner` takes. */
export interface LineBannerProps {
  readonly line: LineState;
  /** Whether the reader watches only. */
  readonly watching: boolean;
  /** Whether the match is over; then no line is needed. */
  readonly over: boolean;
  readonly onRetake: () => void;
}

/** Says so where the line to the table is lost, and what is done about it. */
export function LineBanner({ line, watching, over, onRetake }: LineBannerProps): JSX.Element {
  return (
    <div class="banners" role="status">
      {watching && !over && line.is !== "closed" && (
        <p class="banner">You watch this table. You see what everybody sees; hands are shown when a round is over.</p>
      )}
      {line.is === "lost" && !over && (
        <p class="banner banner-warn">The line to the server is lost. It is tried again by itself; the table waits for you.</p>
      )}
      {line.is === "closed" && !over && line.why !== "done" && (
        <p class="banner banner-warn">
          {WORDS[line.why]}{" "}
          {line.why === "replaced" ? (
            <button type="button" class="button" onClick={onRetake}>
              Play on here
            </button>
          ) : (
            <Link href="/play">Open another table</Link>
          )}
        </p>
      )}
    </div>
  );
}
