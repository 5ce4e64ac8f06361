/** What a frame of Dhumbal brings that is worth a sentence. */
import type { Frame, SeatInfo } from "../../api/types";
import { seatNames } from "../../player/names";
import { tableOf } from "./model";
import { sentenceOf } from "./showdown";

/** How the round ended with the move before this frame; "" where it goes on. */
export function tellDhumbal(frame: Frame, previous: Frame | null, seats: readonly SeatInfo[]): string {
  const table = tableOf(frame);
  return table.fresh ? sentenceOf(previous ? tableOf(previous) : null, table, seatNames(seats)) : "";
}

/** Whether the hands are shown before the next deal is. */
export function pausesDhumbal(frame: Frame): boolean {
  return tableOf(frame).fresh && !frame.over;
}
