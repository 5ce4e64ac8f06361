/** Renderers: one for each game or kind of scene, behind one interface. */
import type { ComponentType } from "preact";
import type { Frame, LegalMove, Scene, SeatInfo, Viewpoint } from "../api/types";
import { DhumbalTable } from "./dhumbal/DhumbalTable";
import { pausesDhumbal, tellDhumbal } from "./dhumbal/tell";
import { GenericScene } from "./generic/GenericScene";

/** What a person at the table may do now, and where his move goes. */
export interface Choosing {
  readonly legal: readonly LegalMove[];
  /** Sends a move as it is written in `legal`. */
  readonly submit: (says: string) => void;
  /** Whether a move is on its way; nothing can be chosen meanwhile. */
  readonly busy: boolean;
}

/** What a renderer draws. */
export interface RendererProps {
  readonly frame: Frame;
  /** The frame before it in the match, from the same viewpoint; null at the start. */
  readonly previous: Frame | null;
  readonly view: Viewpoint;
  readonly seats: readonly SeatInfo[];
  /** Given where a person plays; null or absent where one watches, or waits. */
  readonly choose?: Choosing | null;
  /** The speed while the clock runs; null or absent where it stands. */
  readonly playing?: number | null;
  /** Told where the reader has seen a moment at which the renderer `pauses`. */
  readonly onSeen?: () => void;
}

/** A renderer and what it draws. */
export interface Renderer {
  /** The kind of scene, such as `cards`. */
  readonly kind: string;
  /** The game it is for; any game where absent. */
  readonly game?: string;
  readonly Component: ComponentType<RendererProps>;
  /** What a frame brings that is worth a sentence, such as how a round has ended; "" where there is nothing. */
  readonly tell?: (frame: Frame, previous: Frame | null, seats: readonly SeatInfo[]) => string;
  /** Whether a frame is first shown in another way, such as with all hands open, until the reader goes on. */
  readonly pauses?: (frame: Frame) => boolean;
}

const RENDERERS: readonly Renderer[] = [{ kind: "cards", game: "dhumbal", Component: DhumbalTable, tell: tellDhumbal, pauses: pausesDhumbal }];
const GENERIC: Renderer = { kind: "any", Component: GenericScene };

/** The renderer of a scene: its game's own, otherwise the one for its kind, otherwise the generic one. */
export function rendererFor(scene: Scene, game: string): Renderer {
  const told = scene.data["game"];
  const name = (typeof told === "string" ? told : game).split(/[(:]/)[0] ?? game;
  const fitting = RENDERERS.filter((each) => each.kind === scene.kind);
  return fitting.find((each) => each.game === name) ?? fitting.find((each) => each.game === undefined) ?? GENERIC;
}
