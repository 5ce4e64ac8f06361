/** What a running tournament says while it runs. */
import { useEffect, useState } from "preact/hooks";
import { address } from "./client";
import type { Progress, ProgressEvent, TournamentState } from "./types";

/** The last word of a running tournament. */
export interface Live {
  /** How far it is; null before the first word. */
  readonly progress: Progress | null;
  /** Whether it still runs; null before the first word. */
  readonly state: TournamentState | null;
  /** Counts up whenever the ranking has changed and should be read again. */
  readonly changes: number;
}

const QUIET: Live = { progress: null, state: null, changes: 0 };
/** Rankings are read again at most so often. */
const PAUSE_MS = 2000;

/** Listens to a tournament; null listens to none. The browser reconnects by itself and says what it heard last. */
export function useLive(id: string | number | null): Live {
  const [live, setLive] = useState<Live>(QUIET);
  useEffect(() => {
    setLive(QUIET);
    if (id === null) return;
    const source = new EventSource(address(`/tournaments/${encodeURIComponent(id)}/events`));
    let waiting: ReturnType<typeof setTimeout> | null = null;
    const changed = () => {
      waiting ??= setTimeout(() => {
        waiting = null;
        setLive((before) => ({ ...before, changes: before.changes + 1 }));
      }, PAUSE_MS);
    };
    source.addEventListener("progress", (event) => {
      const { state, ...progress } = JSON.parse(event.data as string) as ProgressEvent;
      setLive((before) => ({ progress, state, changes: before.changes + (state === "running" ? 0 : 1) }));
      if (state !== "running") source.close();
    });
    source.addEventListener("ranking", changed);
    return () => {
      source.close();
      if (waiting) clearTimeout(waiting);
    };
  }, [id]);
  return live;
}
