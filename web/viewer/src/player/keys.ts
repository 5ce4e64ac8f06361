/** Keys of the player: what each does, and the listener. */
import { useEffect, useRef } from "preact/hooks";

/** What a key asks for. */
export type Command =
  | { readonly does: "step"; readonly by: 1 | -1 }
  | { readonly does: "turn"; readonly by: 1 | -1 }
  | { readonly does: "speed"; readonly by: 1 | -1 }
  | { readonly does: "start" | "end" | "toggle" | "thoughts" | "compare" | "screen" | "help" }
  | { readonly does: "view"; readonly view: "public" | "open" | number };

/** The part of a keyboard event that decides. */
export interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The keys and their meaning, for the help. */
export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ["← →", "one ply back, one ply on"],
  ["shift ← →", "last and next turn of the same player"],
  ["home, end", "start, end"],
  ["space", "play and pause"],
  ["↑ ↓", "faster, slower"],
  ["1 – 5", "as that seat sees it"],
  ["0", "as everybody sees it"],
  ["o", "all open"],
  ["t", "show or hide the thoughts"],
  ["c", "compare with another match"],
  ["f", "full screen"],
  ["?", "this list"],
];

/** What a key asks for, or null. */
export function commandOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Key): Command | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (key === "ArrowLeft") return { does: shiftKey ? "turn" : "step", by: -1 };
  if (key === "ArrowRight") return { does: shiftKey ? "turn" : "step", by: 1 };
  if (key === "ArrowUp") return { does: "speed", by: 1 };
  if (key === "ArrowDown") return { does: "speed", by: -1 };
  if (key === "0") return { does: "view", view: "public" };
  if (/^[1-9]$/.test(key)) return { does: "view", view: Number(key) - 1 };
  return PLAIN[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

const PLAIN: Readonly<Record<string, Command>> = {
  Home: { does: "start" },
  End: { does: "end" },
  " ": { does: "toggle" },
  o: { does: "view", view: "open" },
  t: { does: "thoughts" },
  c: { does: "compare" },
  f: { does: "screen" },
  "?": { does: "help" },
};

/** Whether a key belongs to the thing that has the focus and not to the player. */
export function isTaken(target: EventTarget | null, command: Command): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("dialog[open]")) return true;
  if (target instanceof HTMLInputElement && target.type === "range") return command.does === "step" || command.does === "speed" || isEnd(command);
  if (target.closest("input:not([type=range], [type=checkbox]), textarea, select, [contenteditable]")) return true;
  if (command.does === "toggle") return target.closest("button, a, summary, input, [role=button]") !== null;
  const scrolls = command.does === "speed" || isEnd(command);
  return scrolls && target.closest("[data-scrolls], [role=listbox], [role=tablist]") !== null;
}

function isEnd(command: Command): boolean {
  return command.does === "start" || command.does === "end";
}

/** Listens on the whole page while the component is there. */
export function useKeys(obey: (command: Command) => void): void {
  const latest = useRef(obey);
  latest.current = obey;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const command = commandOf(event);
      if (!command || isTaken(event.target, command)) return;
      event.preventDefault();
      latest.current(command);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
