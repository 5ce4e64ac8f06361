/** Where a player's frames come from: the server, or a document that is part of the page. */
import { get } from "../api/client";
import type { Frame, FramePage, MatchDetail, Viewpoint } from "../api/types";

/** A match whose frames can be asked for, one viewpoint at a time. */
export interface FrameSource {
  readonly match: MatchDetail;
  /** All frames from a viewpoint, in order; the same array when asked again. */
  frames(view: Viewpoint): Promise<readonly Frame[]>;
}

/** A whole match as one document: what an exported file carries. */
export interface MatchDocument {
  readonly match: MatchDetail;
  /** By viewpoint: `public`, `open`, `0`, `1` ... Beside whole `open` frames others may hold only what differs from them. */
  readonly frames: Readonly<Record<string, readonly Partial<Frame>[]>>;
  /** Where the page opens where its address does not say: `view`, `ply`. */
  readonly start?: Readonly<Record<string, string>>;
}

const PAGE = 500;

/** The match `id` as the server has it. */
export async function serverSource(id: string, signal?: AbortSignal): Promise<FrameSource> {
  const path = `/matches/${encodeURIComponent(id)}`;
  const match = await get<MatchDetail>(path, {}, signal);
  return remembering(match, (view) => pagesOf(path, view));
}

/** A match that is part of the page. */
export function embeddedSource(document: MatchDocument): FrameSource {
  return remembering(document.match, (view) => {
    const frames = document.frames[String(view)];
    if (!frames) return Promise.reject(new Error(`This file holds no frames as seen by ${viewInWords(view)}.`));
    return Promise.resolve(wholeFrames(frames, document.frames["open"] ?? []));
  });
}

/** Frames with what they share with those seen open put back. */
function wholeFrames(frames: readonly Partial<Frame>[], open: readonly Partial<Frame>[]): readonly Frame[] {
  return frames.map((frame, index) => ({ ...open[index], ...frame }) as Frame);
}

/** A viewpoint in words: `everybody`, `seat 2`. */
export function viewInWords(view: Viewpoint): string {
  if (view === "public") return "everybody";
  return view === "open" ? "nobody's blindfold" : `seat ${view + 1}`;
}

/** The viewpoints that a match allows, as this program writes them. */
export function viewpointsOf(match: MatchDetail): readonly Viewpoint[] {
  return match.viewpoints.map(asViewpoint).filter((each): each is Viewpoint => each !== null);
}

/** A viewpoint from an address, such as `open` or `1`; null where the text is none. */
export function asViewpoint(text: string | null): Viewpoint | null {
  if (text === "public" || text === "open") return text;
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** The viewpoint that is shown first: the one asked for where it is allowed, otherwise the one that shows most. */
export function firstView(match: MatchDetail, wanted: Viewpoint | null): Viewpoint {
  const allowed = viewpointsOf(match);
  if (wanted !== null && allowed.includes(wanted)) return wanted;
  return allowed.includes("open") ? "open" : (allowed[0] ?? "public");
}

async function pagesOf(path: string, view: Viewpoint): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  for (let total = 1; frames.length < total; ) {
    const page = await get<FramePage>(`${path}/frames`, { view: String(view), start: frames.length, count: PAGE });
    frames.push(...page.items);
    total = page.items.length === 0 ? 0 : page.total;
  }
  return frames;
}

function remembering(match: MatchDetail, read: (view: Viewpoint) => Promise<readonly Frame[]>): FrameSource {
  const known = new Map<Viewpoint, Promise<readonly Frame[]>>();
  return {
    match,
    frames(view) {
      const found = known.get(view);
      if (found) return found;
      const asked = read(view);
      known.set(view, asked);
      asked.catch(() => known.delete(view));
      return asked;
    },
  };
}
