/** Shows what happens at a table one step after the other: not faster than one can follow, and no further than a round's end. */
import type { Frame } from "../api/types";

/** A moment that can be shown. */
export interface Moment {
  readonly frame: Frame;
}

/** How a reel works. */
export interface ReelOptions<T extends Moment> {
  /** Shows a moment. */
  readonly show: (moment: T) => void;
  /** Whether a moment stays until the reader goes on. */
  readonly holds: (moment: T) => boolean;
  /** The least time between two moments, in milliseconds. */
  readonly stepMs: number;
}

/** Takes moments as they come and shows each in its time. */
export class Reel<T extends Moment> {
  readonly #options: ReelOptions<T>;
  #shown: T | null = null;
  #waiting: T[] = [];
  #held = false;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: ReelOptions<T>) {
    this.#options = options;
  }

  /** Takes a moment. One that was here already is replaced; after a gap nothing older is waited for. */
  push(moment: T): void {
    const last = this.#waiting.at(-1) ?? this.#shown;
    const by = last === null ? Infinity : moment.frame.index - last.frame.index;
    if (by < 0) return;
    if (by === 0) {
      if (this.#waiting.length === 0) this.#replace(moment);
      else this.#waiting[this.#waiting.length - 1] = moment;
    } else if (by === 1) {
      this.#waiting.push(moment);
      this.#schedule();
    } else {
      this.#stop();
      this.#waiting = [];
      this.#reveal(moment);
    }
  }

  /** The reader has seen the end of the round. */
  goOn(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#since = -Infinity;
    this.#schedule();
  }

  /** Shows nothing more. */
  dispose(): void {
    this.#stop();
    this.#waiting = [];
    this.#held = true;
  }

  /** The same table with other means: the frame stays, since what the reader has begun to choose hangs on it. */
  #replace(moment: T): void {
    const frame = this.#shown?.frame ?? moment.frame;
    this.#shown = { ...moment, frame };
    this.#options.show(this.#shown);
  }

  #reveal(moment: T): void {
    this.#shown = moment;
    this.#since = Date.now();
    this.#held = this.#options.holds(moment);
    this.#options.show(moment);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#held || this.#timer !== null || this.#waiting.length === 0) return;
    const left = this.#since + this.#options.stepMs - Date.now();
    if (left <= 0) this.#next();
    else this.#timer = setTimeout(() => this.#next(), left);
  }

  #next(): void {
    this.#stop();
    const moment = this.#waiting.shift();
    if (moment) this.#reveal(moment);
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
