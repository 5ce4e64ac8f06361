import type { JSX } from "preact";
import { AgentMarker } from "../parts/AgentName";
import { Link } from "../router";
import { seatNames } from "./names";
import type { Side } from "./side";
import { ViewSwitch } from "./ViewSwitch";

/** Above one of two matches: which it is, who plays, and from where it is seen. */
export function SideHead({ side, letter }: { readonly side: Side; readonly letter: string }): JSX.Element {
  const names = seatNames(side.match.seats);
  return (
    <header class="pl-side-head">
      <h2>
        {letter}: <Link href={`/matches/${encodeURIComponent(side.match.id)}`}>match {side.match.id}</Link>
      </h2>
      <p class="pl-side-seats">
        {side.match.seats.map((seat, place) => (
          <span key={seat.seat}>
            <AgentMarker name={seat.name} /> {names[place]}
          </span>
        ))}
      </p>
      <ViewSwitch side={side} />
    </header>
  );
}
