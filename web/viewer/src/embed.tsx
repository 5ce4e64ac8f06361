import "./player/match.css";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { effect } from "./signal";
import { asProblem } from "./api/resource";
import { Failure } from "./parts/Failure";
import { Loading } from "./parts/Loading";
import { commandFrom, messageOf, type EmbedEvent } from "./player/embedding";
import type { Playback } from "./player/playback";
import { Player } from "./player/Player";
import type { Side } from "./player/side";
import { asViewpoint } from "./player/source";
import { useSources } from "./player/useSources";
import type { PageProps } from "./router";

/** A match for another site's frame: the table and its controls. The address may hold ply, view, speed, autoplay, theme. */
export default function EmbedPage({ parameters, query }: PageProps): JSX.Element {
  const id = parameters["id"] ?? "";
  const ids = useMemo(() => [id], [id]);
  const { sources, problem, retry } = useSources(ids);
  const start = useMemo(() => startOf(query), []);
  const [ready, setReady] = useState<{ playback: Playback; sides: readonly Side[] } | null>(null);
  useTheme(query.get("theme"));
  useEffect(() => (ready ? talk(id, ready.playback, ready.sides) : undefined), [ready]);
  return (
    <main class="embed">
      <h1 class="hidden">Match {id}</h1>
      {problem ? (
        <Failure what={`match ${id}`} problem={asProblem(problem)} retry={retry} />
      ) : sources ? (
        <Player bare sources={sources} start={start} onReady={(playback, sides) => setReady({ playback, sides })} />
      ) : (
        <Loading what="the match" lines={10} />
      )}
      <p class="embed-link">
        <a href={`/matches/${encodeURIComponent(id)}`} target="_blank" rel="noopener">
          Match {id} with moves and thoughts
        </a>
      </p>
    </main>
  );
}

function startOf(query: URLSearchParams): { ply: number; views: readonly ReturnType<typeof asViewpoint>[]; speed: number; playing: boolean } {
  const autoplay = query.get("autoplay");
  return {
    ply: Number(query.get("ply")) || 0,
    views: [asViewpoint(query.get("view"))],
    speed: Number(query.get("speed")) || 1,
    playing: autoplay === "1" || autoplay === "true",
  };
}

function useTheme(theme: string | null): void {
  useEffect(() => {
    if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}

/** Tells the page around what happens, and does what it asks; returns what ends this. */
function talk(match: string, playback: Playback, sides: readonly Side[]): () => void {
  const tell = (event: EmbedEvent): void => {
    if (window.parent !== window) window.parent.postMessage(messageOf(match, event), "*");
  };
  let ready = false;
  const stop = effect(() => {
    const index = playback.index.value;
    const frames = sides[0]?.seen.value.frames ?? [];
    if (frames.length === 0) return;
    if (!ready) tell({ event: "ready", count: frames.length });
    ready = true;
    tell({ event: "ply", index, ply: frames[index]?.ply ?? index });
    if (index === frames.length - 1) tell({ event: "over" });
  });
  const listen = (event: MessageEvent<unknown>): void => {
    if (event.source !== window.parent) return;
    const command = commandFrom(event.data);
    if (command?.command === "seek") playback.seek(command.index);
    else if (command?.command === "play") playback.play();
    else if (command?.command === "pause") playback.pause();
  };
  window.addEventListener("message", listen);
  return () => {
    stop();
    window.removeEventListener("message", listen);
  };
}
