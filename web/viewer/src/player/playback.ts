/** Which frame is shown, and the clock that moves on. */
import { signal, type Signal } from "../signal";

/** The speeds on offer, in multiples of one frame in `BEAT_MS`. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;
/** How long a frame stays at speed 1. */
export const BEAT_MS = 900;
/** How much longer a frame stays that is worth a look, such as a showdown. */
export const LOOK = 4;

/** What a playback needs to know. */
export interface PlaybackOptions {
  /** How many frames there are. */
  readonly count: number;
  /** Frames that are worth a longer look. */
  readonly worthALook?: ReadonlySet<number>;
  readonly start?: number;
  readonly speed?: number;
}

/** The place in a match and the clock. Its signals may be read by any component; its methods do what the keys say. */
export class Playback {
  /** The number of the frame that is shown. */
  readonly index: Signal<number>;
  /** Whether the clock runs. */
  readonly playing: Signal<boolean> = signal(false);
  /** The speed, one of `SPEEDS`. */
  readonly speed: Signal<number>;
  /** How many frames there are. */
  readonly count: Signal<number>;
  /** The frames that stay longer while the clock runs. */
  worthALook: ReadonlySet<number>;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor({ count, worthALook = new Set(), start = 0, speed = 1 }: PlaybackOptions) {
    this.count = signal(Math.max(1, count));
    this.index = signal(Math.min(Math.max(0, start), this.count.value - 1));
    this.speed = signal(nearestSpeed(speed));
    this.worthALook = worthALook;
  }

  /** The number of the last frame. */
  get last(): number {
    return this.count.value - 1;
  }

  /** Shows a frame; beyond the ends it is the first or last. */
  seek(index: number): void {
    this.index.value = Math.min(Math.max(0, Math.round(index)), this.last);
    if (this.playing.value) this.#wait();
  }

  /** Goes some frames on, or back; the clock stops. */
  step(by: number): void {
    this.pause();
    this.seek(this.index.value + by);
  }

  /** Starts the clock; from the beginning where the end has been reached. */
  play(): void {
    if (this.index.value >= this.last) this.index.value = 0;
    this.playing.value = true;
    this.#wait();
  }

  /** Stops the clock. */
  pause(): void {
    this.playing.value = false;
    this.#stop();
  }

  /** Starts or stops the clock. */
  toggle(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  /** Sets the speed to the nearest one on offer. */
  setSpeed(speed: number): void {
    this.speed.value = nearestSpeed(speed);
    if (this.playing.value) this.#wait();
  }

  /** The next speed up (1) or down (-1). */
  changeSpeed(by: 1 | -1): void {
    const place = SPEEDS.findIndex((each) => each === this.speed.value);
    this.setSpeed(SPEEDS[place + by] ?? this.speed.value);
  }

  /** Stops for good. */
  dispose(): void {
    this.#stop();
  }

  /** How long the present frame stays, in milliseconds. */
  get staysFor(): number {
    const looks = this.worthALook.has(this.index.value) ? LOOK : 1;
    return (BEAT_MS * looks) / this.speed.value;
  }

  #wait(): void {
    this.#stop();
    this.#timer = setTimeout(() => this.#tick(), this.staysFor);
  }

  #tick(): void {
    if (this.index.value >= this.last) {
      this.pause();
      return;
    }
    this.index.value += 1;
    if (this.index.value >= this.last) this.pause();
    else this.#wait();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** The speed on offer that is nearest to the one asked for. */
export function nearestSpeed(speed: number): number {
  if (!(speed > 0)) return 1;
  return SPEEDS.reduce<number>((best, each) => (Math.abs(Math.log(each / speed)) < Math.abs(Math.log(best / speed)) ? each : best), 1);
}
