/** How cards look, as the reader has chosen; kept in this browser. */
import { effect, signal } from "../../signal";

const KEY = "arena-four-colours";

/** Whether clubs are green and diamonds blue. */
export const fourColours = signal(kept());

effect(() => {
  const wanted = fourColours.value ? "yes" : "no";
  try {
    if (localStorage.getItem(KEY) !== wanted) localStorage.setItem(KEY, wanted);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
});

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}
