/** A match as lines of text: what was done before each frame. */
import type { Frame, FrameAction, MatchDetail, SeatInfo } from "../api/types";
import { rendererFor } from "../renderers";
import { seatNames } from "./names";

/** One line of the log. */
export interface Line {
  /** The frame that it leads to: the table after these actions. */
  readonly frame: number;
  /** The ply of the first action; null for the start. */
  readonly ply: number | null;
  readonly actions: readonly FrameAction[];
  /** Whether a turn begins here, so that the agent is named. */
  readonly opens: boolean;
  /** How a round ended with it; "" where it did not. */
  readonly tells: string;
  /** What makes it worth a look, such as `call`; null where nothing does. */
  readonly mark: string | null;
}

/** One line for each frame; the first one is the start. */
export function linesOf(match: MatchDetail, frames: readonly Frame[]): readonly Line[] {
  const marks = new Map(match.marks.map((mark) => [mark.frame, mark.kind]));
  return frames.map((frame, place) => {
    const before = frames[place - 1] ?? null;
    const actions = before?.actions ?? [];
    const earlier = frames[place - 2]?.actions ?? [];
    return {
      frame: place,
      ply: before ? before.ply : null,
      actions,
      opens: !sameActors(actions, earlier) || (marks.has(place - 1) && place > 1),
      tells: rendererFor(frame.scene, match.game).tell?.(frame, before, match.seats) ?? "",
      mark: marks.get(place) ?? null,
    };
  });
}

/** A line as a screen reader says it: `Ply 12: tuned: discard 9♠. greedy is to move.` */
export function spoken(line: Line, frame: Frame, seats: readonly SeatInfo[]): string {
  const names = seatNames(seats);
  const name = (seat: number): string => names[seat] ?? `seat ${seat + 1}`;
  const done = line.actions.map(({ player, says, fault }) => `${name(player)}: ${says}${fault ? `, a fault: ${fault}` : ""}`).join("; ");
  const next = frame.actors.length === 0 ? "The match is over." : `${frame.actors.map(name).join(" and ")} to move.`;
  return [line.ply === null ? "Start." : `Ply ${line.ply + 1}: ${done}.`, line.tells, next].filter(Boolean).join(" ");
}

function sameActors(some: readonly FrameAction[], others: readonly FrameAction[]): boolean {
  return some.length === others.length && some.every(({ player }, place) => others[place]?.player === player);
}
