import type { JSX } from "preact";
import type { Viewpoint } from "../api/types";
import { AgentMarker } from "../parts/AgentName";
import { seatNames } from "./names";
import type { Side } from "./side";

/** Buttons for the viewpoints that the match allows. */
export function ViewSwitch({ side }: { readonly side: Side }): JSX.Element | null {
  if (side.viewpoints.length < 2) return null;
  const names = seatNames(side.match.seats);
  return (
    <div class="pl-switch" role="group" aria-label="Seen by">
      {side.viewpoints.map((view) => (
        <button key={view} type="button" aria-pressed={side.view.value === view} title={titleOf(view, names)} onClick={() => void side.look(view)}>
          {typeof view === "number" ? (
            <>
              <AgentMarker name={side.match.seats[view]?.name ?? ""} />
              <span aria-hidden="true">{view + 1}</span>
              <span class="hidden">{titleOf(view, names)}</span>
            </>
          ) : view === "open" ? (
            "Open"
          ) : (
            "Public"
          )}
        </button>
      ))}
    </div>
  );
}

function titleOf(view: Viewpoint, names: readonly string[]): string {
  if (view === "open") return "Everything open";
  return view === "public" ? "As everybody sees it" : `As seat ${view + 1}, ${names[view] ?? "its player"}, sees it`;
}
