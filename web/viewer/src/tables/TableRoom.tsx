import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { SeatInfo, TableDetail } from "../api/types";
import { Loading } from "../parts/Loading";
import { PageTitle } from "../parts/PageTitle";
import { rendererFor, type Choosing } from "../renderers";
import { Link } from "../router";
import { Ending, placeOf } from "./Ending";
import { FreeMove } from "./FreeMove";
import { Invitations } from "./Invitations";
import { LineBanner } from "./LineBanner";
import { isAsked, type Seen } from "./seen";
import { changeTable, type OwnTable } from "./storage";
import { TableLog } from "./TableLog";
import { useTable, type AtTable } from "./useTable";

/** What `TableRoom` takes. */
export interface TableRoomProps {
  readonly table: TableDetail;
  /** The reader's seat; null where he watches. */
  readonly own: OwnTable | null;
}

/** A table that is played at: the game, what was done, and at the end what came of it. */
export function TableRoom({ table, own }: TableRoomProps): JSX.Element {
  const at = useTable(table.id, own?.key ?? null, table.game);
  const seats = useMemo(() => seatsFor(table, own), [table, own]);
  const { seen } = at;
  useEnd(table, own, seen);
  const asked = own !== null && seen !== null && isAsked(seen);
  const title = asked ? `Your turn: ${table.title}` : table.title;
  return (
    <>
      <PageTitle title={title} above={<Link href="/play">Play</Link>}>
        {table.title}
      </PageTitle>
      <LineBanner line={at.line} watching={own === null} over={seen?.frame.over ?? false} onRetake={at.retake} />
      {own && seen && !seen.frame.over && <Invitations table={table.id} missing={table.people.filter((seat) => !seen.history.some(({ player }) => player === seat))} />}
      {seen ? <Shown table={table} own={own} at={at} seen={seen} seats={seats} /> : <Loading what="the table" lines={16} />}
      <details class="match-about table-about">
        <summary>About this table</summary>
        <dl class="facts">
          {[{ name: "game", value: table.game }, ...table.conditions].map(({ name, value }) => (
            <div class="fact" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

interface ShownProps extends TableRoomProps {
  readonly at: AtTable;
  readonly seen: Seen;
  readonly seats: readonly SeatInfo[];
}

function Shown({ table, own, at, seen, seats }: ShownProps): JSX.Element {
  const { frame, previous, legal } = seen;
  const { Component, tell } = rendererFor(frame.scene, table.game);
  const choose: Choosing | null = own === null || frame.over ? null : { legal: legal ?? [], submit: at.submit, busy: at.busy };
  const told = tell?.(frame, previous, seats) ?? "";
  return (
    <div class="table-room">
      <div class="table-stage">
        <Component frame={frame} previous={previous} view={own ? own.seat : "public"} seats={seats} choose={choose} playing={own ? null : 1} onSeen={at.goOn} />
        {own && legal === null && !frame.over && <FreeMove key={frame.index} expected={seen.expected ?? ""} busy={at.busy} submit={at.submit} />}
        <p class="form-problem table-complaint" role="alert">
          {at.complaint}
        </p>
        <div class="hidden" data-scene>
          {frame.scene.text}
        </div>
      </div>
      <TableLog seen={seen} seats={seats} told={told} asked={own !== null && isAsked(seen)} />
      {frame.over && seen.outcome && <Ending table={table} own={own} seen={seen} seats={seats} told={told} />}
    </div>
  );
}

/** Brings the end into sight, and keeps with the reader's table how it ended. */
function useEnd(table: TableDetail, own: OwnTable | null, seen: Seen | null): void {
  const kept = useRef(false);
  const { match = null, outcome = null } = seen ?? {};
  useEffect(() => {
    if (!own || !outcome || kept.current) return;
    kept.current = true;
    changeTable(own.id, { match, ended: `${placeOf(outcome.scores, own.seat)}, against ${others(table, own.seat)}.` });
  }, [own, outcome, match]);
}

function others(table: TableDetail, mine: number): string {
  return table.seats
    .filter(({ seat }) => seat !== mine)
    .map(({ name }) => (name === "human" ? "a person" : name))
    .join(", ");
}

/** The seats with the reader's own called "you", and other people told apart. */
function seatsFor(table: TableDetail, own: OwnTable | null): readonly SeatInfo[] {
  const strangers = table.people.filter((seat) => seat !== own?.seat);
  return table.seats.map((seat) => {
    if (seat.seat === own?.seat) return { ...seat, name: "you" };
    const place = strangers.indexOf(seat.seat);
    if (place < 0) return seat;
    return { ...seat, name: strangers.length > 1 ? `person ${place + 1}` : "person" };
  });
}
