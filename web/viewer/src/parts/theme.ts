/** The theme: the system's, or the one the reader chose, which this browser keeps. */
import { signal } from "../signal";

/** What may be chosen; `auto` follows the system. */
export type Theme = "auto" | "light" | "dark";

const KEY = "theme";
const ORDER: readonly Theme[] = ["auto", "light", "dark"];

function kept(): Theme {
  const found = typeof document === "undefined" ? undefined : document.documentElement.dataset["theme"];
  return found === "light" || found === "dark" ? found : "auto";
}

/** The theme that holds now. */
export const theme = signal<Theme>(kept());

/** The theme after this one in the switch. */
export function nextTheme(now: Theme): Theme {
  return ORDER[(ORDER.indexOf(now) + 1) % ORDER.length] ?? "auto";
}

/** Switches to a theme and keeps it. */
export function chooseTheme(next: Theme): void {
  theme.value = next;
  if (next === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  try {
    if (next === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}
