/** One match on the screen: its frames as seen from one viewpoint. */
import { signal, type Signal } from "../signal";
import type { Frame, MatchDetail, Viewpoint } from "../api/types";
import { firstView, viewpointsOf, type FrameSource } from "./source";

/** A match and the viewpoint it is seen from. While another viewpoint is on its way, the last frames stay. */
export class Side {
  readonly match: MatchDetail;
  /** The viewpoints that the match allows. */
  readonly viewpoints: readonly Viewpoint[];
  /** The viewpoint asked for. */
  readonly view: Signal<Viewpoint>;
  /** The frames, and the viewpoint they were seen from; none before the first have come. */
  readonly seen: Signal<{ readonly frames: readonly Frame[]; readonly view: Viewpoint }>;
  /** Why frames could not be read; null where they could. */
  readonly problem: Signal<unknown> = signal(null);
  readonly #source: FrameSource;

  constructor(source: FrameSource, view: Viewpoint | null) {
    this.#source = source;
    this.match = source.match;
    this.viewpoints = viewpointsOf(source.match);
    this.view = signal(firstView(source.match, view));
    this.seen = signal({ frames: [], view: this.view.value });
  }

  /** Looks from another viewpoint; one that the match does not allow changes nothing. */
  async look(view: Viewpoint): Promise<void> {
    if (!this.viewpoints.includes(view)) return;
    this.view.value = view;
    try {
      const frames = await this.#source.frames(view);
      if (this.view.value !== view) return;
      this.problem.value = null;
      this.seen.value = { frames, view };
    } catch (error) {
      if (this.view.value === view) this.problem.value = error;
    }
  }

  /** The frame at a place, or the last one before it; null before the first frames have come. */
  frameAt(index: number): Frame | null {
    const { frames } = this.seen.value;
    return frames[Math.min(index, frames.length - 1)] ?? null;
  }

  /** The frame before that. */
  previousAt(index: number): Frame | null {
    const { frames } = this.seen.value;
    return frames[Math.min(index, frames.length - 1) - 1] ?? null;
  }
}
