/** Keeps the player and the address in step. */
import { useSignalEffect } from "../signal";
import { useEffect, useRef } from "preact/hooks";
import type { Viewpoint } from "../api/types";
import { frameAtPly } from "./navigation";
import type { Playback } from "./playback";
import type { Side } from "./side";

/** Where a player begins; a change of ply or views later on moves it there. */
export interface Start {
  readonly ply?: number;
  /** One for each match; null for the one that shows most. */
  readonly views?: readonly (Viewpoint | null)[];
  readonly speed?: number;
  /** Whether the clock runs from the beginning. */
  readonly playing?: boolean;
}

/** How long the reader must stay before the address is written, in milliseconds: browsers count such writes. */
const PATIENCE_MS = 250;

/** Goes where `start` says as soon as frames are there, and tells `onPlace` where the reader is. */
export function usePlace(
  playback: Playback,
  sides: readonly Side[],
  { ply, playing = false, views }: Start,
  onPlace: ((ply: number, views: readonly Viewpoint[]) => void) | undefined,
): void {
  const begun = useRef(false);
  const told = useRef<number | null>(null);
  const tell = useRef(onPlace);
  tell.current = onPlace;
  useSignalEffect(() => {
    const frames = sides[0]?.seen.value.frames ?? [];
    if (frames.length === 0 || begun.current) return;
    begun.current = true;
    playback.count.value = Math.max(playback.count.peek(), ...sides.map((side) => side.seen.peek().frames.length));
    if (ply !== undefined) playback.seek(frameAtPly(frames, ply));
    if (playing) playback.play();
  });
  useEffect(() => {
    const frames = sides[0]?.seen.peek().frames ?? [];
    if (!begun.current || ply === undefined || ply === told.current) return;
    if (frames[playback.index.peek()]?.ply !== ply) playback.seek(frameAtPly(frames, ply));
  }, [ply]);
  useEffect(() => {
    sides.forEach((side, place) => {
      const view = views?.[place] ?? null;
      if (view !== null && view !== side.view.peek() && told.current !== null) void side.look(view);
    });
  }, [views?.join(" ")]);
  useSignalEffect(() => {
    const index = playback.index.value;
    const seen = sides.map((side) => side.view.value);
    const frames = sides[0]?.seen.value.frames ?? [];
    if (frames.length === 0 || playback.playing.value) return;
    const timer = setTimeout(() => {
      const now = frames[Math.min(index, frames.length - 1)]?.ply ?? index;
      told.current = now;
      tell.current?.(now, seen);
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  });
}
