import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Card } from "../parts/Card";
import { CommandLine } from "../parts/CommandLine";
import { invitationsTo } from "./open";

/** What `Invitations` takes. */
export interface InvitationsProps {
  readonly table: string;
  /** Seats of people who have not moved yet. */
  readonly missing: readonly number[];
}

/** The links that bring other people to their seats; whoever opens one sits there. */
export function Invitations({ table, missing }: InvitationsProps): JSX.Element | null {
  const links = useMemo(() => invitationsTo(table), [table]);
  const all = links.filter(({ seat }) => missing.includes(seat));
  if (all.length === 0) return null;
  return (
    <Card title="Invite the others" note="Send each link to one person. Whoever opens it takes that seat.">
      <ul class="invitations">
        {all.map(({ seat, link }) => (
          <li key={seat}>
            <span>Seat {seat + 1}</span>
            <CommandLine command={link} label={`The link to seat ${seat + 1}`} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
