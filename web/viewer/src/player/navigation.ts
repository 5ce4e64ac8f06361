/** Where the keys lead: turns of the same player, plies, marks. Pure functions over a match's frames. */
import type { Frame, Mark } from "../api/types";

/** How far shift and an arrow lead where only one player acts. */
export const LONG_STEP = 10;

/** The frame of a ply: the last one whose ply is not beyond it. */
export function frameAtPly(frames: readonly Frame[], ply: number): number {
  let low = 0;
  let high = frames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((frames[middle]?.ply ?? 0) <= ply) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether a turn of `player` begins with this frame: he acts in it, and it is not the same turn as the one before. */
export function beginsTurn(frames: readonly Frame[], index: number, player: number): boolean {
  const frame = frames[index];
  if (!frame?.actors.includes(player)) return false;
  const before = frames[index - 1];
  return !before?.actors.includes(player) || turnOf(before) !== turnOf(frame);
}

/** The frame where the next (1) or last (-1) turn of the player begins who acts at `index`; the end or start where none does. */
export function turnFrom(frames: readonly Frame[], index: number, direction: 1 | -1): number {
  const last = frames.length - 1;
  const player = frames[index]?.actors[0] ?? frames[index - 1]?.actors[0];
  if (player === undefined) return clamp(index + direction * LONG_STEP, last);
  for (let place = index + direction; place >= 0 && place <= last; place += direction) {
    if (beginsTurn(frames, place, player)) return place;
  }
  const alone = frames.every((frame) => frame.actors.every((each) => each === player));
  if (alone) return clamp(index + direction * LONG_STEP, last);
  return direction === 1 ? last : 0;
}

/** The marks that stand in one place of the scrubber, in order, one for each kind. */
export function marksAt(marks: readonly Mark[], frame: number): readonly Mark[] {
  return marks.filter((mark) => mark.frame === frame);
}

/** The first frame whose actions differ between two matches; null where all that both have are equal. */
export function firstDifference(first: readonly Frame[], second: readonly Frame[]): number | null {
  const shared = Math.max(first.length, second.length);
  for (let place = 0; place < shared; place++) if (doings(first[place]) !== doings(second[place])) return place;
  return null;
}

function doings(frame: Frame | undefined): string {
  return frame ? frame.actions.map(({ player, says }) => `${player} ${says}`).join("\n") : "nothing";
}

/** The number of a turn where the scene tells it, so that two turns in a row are two. */
function turnOf(frame: Frame): unknown {
  const turn = frame.scene.data["turn"];
  return typeof turn === "number" ? `${String(frame.scene.data["round"] ?? "")} ${turn}` : null;
}

function clamp(index: number, last: number): number {
  return Math.min(last, Math.max(0, index));
}
