/** Where an exported file begins: a whole match as one page, without a server. */
import "./look/tokens.css";
import "./look/base.css";
import "./look/parts.css";
import "./player/match.css";
import { render, type JSX } from "preact";
import { Picture } from "./picture";
import type { Playback } from "./player/playback";
import { Player } from "./player/Player";
import { asViewpoint, embeddedSource, type FrameSource, type MatchDocument } from "./player/source";
import { seatNames } from "./player/names";

/** How a program steers the page, to take pictures of it. */
export interface ReplayHandle {
  /** Shows a frame, from 0; resolves when it has been painted. */
  seek(index: number): Promise<void>;
  /** How many frames there are. */
  readonly count: number;
  /** Resolves once the first frame has been painted. */
  readonly ready: Promise<void>;
}

declare global {
  interface Window {
    arenaReplay?: ReplayHandle;
  }
}

interface ExportProps {
  readonly sources: readonly FrameSource[];
  readonly query: URLSearchParams;
  readonly onReady: (playback: Playback) => void;
}

function ExportPage({ sources, query, onReady }: ExportProps): JSX.Element {
  const match = sources[0]?.match;
  const start = { ply: Number(query.get("ply")) || 0, views: [asViewpoint(query.get("view"))], speed: Number(query.get("speed")) || 1, playing: query.get("autoplay") === "1" };
  const bare = query.get("bare") === "1";
  return (
    <main class="export">
      {!bare && match && (
        <h1>
          {match.title || match.game}: {seatNames(match.seats).join(", ")}
        </h1>
      )}
      <Player sources={sources} start={start} bare={bare} onReady={onReady} address={() => window.location.href} />
    </main>
  );
}

function PicturePage({ sources: [source], query, onReady }: ExportProps): JSX.Element | null {
  return source ? <Picture source={source} query={query} onReady={onReady} /> : null;
}

function boot(): void {
  const root = document.getElementById("page");
  const text = document.getElementById("replay")?.textContent;
  if (!root) return;
  if (!text) {
    root.textContent = "This file holds no match. Export one with: arena replay export --html";
    return;
  }
  const replay = JSON.parse(text) as MatchDocument;
  const query = new URLSearchParams(replay.start);
  for (const [name, value] of new URLSearchParams(window.location.search || window.location.hash.slice(1))) query.set(name, value);
  const theme = query.get("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  document.title = `${replay.match.title || replay.match.game}, match ${replay.match.id}`;
  const sources = [embeddedSource(replay)];
  let started: (playback: Playback) => void = () => undefined;
  const playback = new Promise<Playback>((resolve) => (started = resolve));
  window.arenaReplay = {
    seek: async (index) => {
      const here = await playback;
      here.pause();
      here.seek(index);
      await painted();
    },
    count: replay.match.frames,
    ready: playback.then(painted),
  };
  const Page = query.get("picture") === "1" ? PicturePage : ExportPage;
  render(<Page sources={sources} query={query} onReady={(made) => started(made)} />, root);
}

/** Resolves after the next two frames of the screen, when what was drawn is to be seen. */
function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

boot();
