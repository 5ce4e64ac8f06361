/** What an embedded player and the page around it say to each other, by `postMessage`. */

/** What the player tells. */
export type EmbedEvent =
  | { readonly event: "ready"; readonly count: number }
  | { readonly event: "ply"; readonly index: number; readonly ply: number }
  | { readonly event: "over" };

/** What the page around may ask for: `{arena: 1, command: "seek", index: 12}`. */
export type EmbedCommand = { readonly command: "seek"; readonly index: number } | { readonly command: "play" | "pause" };

/** The version of these messages. */
export const EMBED_VERSION = 1;

/** An event as it is sent. */
export function messageOf(match: string, event: EmbedEvent): Readonly<Record<string, unknown>> {
  return { arena: EMBED_VERSION, match, ...event };
}

/** The command in a message; null where it holds none. */
export function commandFrom(data: unknown): EmbedCommand | null {
  if (typeof data !== "object" || data === null) return null;
  const { arena, command, index } = data as Record<string, unknown>;
  if (arena !== EMBED_VERSION) return null;
  if (command === "play" || command === "pause") return { command };
  return command === "seek" && typeof index === "number" && Number.isFinite(index) ? { command, index } : null;
}
