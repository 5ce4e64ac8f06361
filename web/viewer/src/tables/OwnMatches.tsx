import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { asProblem } from "../api/resource";
import { remove } from "../api/client";
import { Card } from "../parts/Card";
import { moment } from "../parts/format";
import { Link } from "../router";
import { DeleteButton } from "./DeleteButton";
import { dropTable, ownTables, type OwnTable } from "./storage";

/** The reader's own matches, which this browser remembers: to go on, to watch, to delete. */
export function OwnMatches(): JSX.Element | null {
  const [tables, setTables] = useState(ownTables);
  const [problem, setProblem] = useState("");
  if (tables.length === 0) return null;
  const drop = (table: OwnTable): void => {
    dropTable(table.id);
    setTables(ownTables());
  };
  const forget = (table: OwnTable): void => {
    if (!table.match) {
      drop(table);
      return;
    }
    deleteMatch(table.match, table.key).then(
      () => drop(table),
      (error: unknown) => setProblem(asProblem(error).message),
    );
  };
  return (
    <Card title="Your matches" note="Only this browser knows that they are yours. Deleting one takes its record off the server for good.">
      <p class="form-problem" role="alert">
        {problem}
      </p>
      <ul class="own-matches">
        {tables.map((table) => (
          <li key={table.id}>
            <span class="own-what">
              <b>{table.title}</b> <span class="own-when">{moment(table.opened)}</span>
              <small>{table.ended || (table.match ? "Over." : "Not over yet.")}</small>
            </span>
            <span class="own-do">
              {table.match ? (
                <Link class="button" href={replayOf(table.match, table.seat)} aria-label={`Watch the match of ${moment(table.opened)}`}>
                  Watch
                </Link>
              ) : (
                <Link class="button" href={`/play/${encodeURIComponent(table.id)}`} aria-label={`Go on with the match of ${moment(table.opened)}`}>
                  Go on
                </Link>
              )}
              <DeleteButton what={table.match ? "Delete" : "Forget"} onDelete={() => forget(table)} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Where a match is watched from a seat. */
export function replayOf(match: string, seat: number): string {
  return `/matches/${encodeURIComponent(match)}?view=${seat}`;
}

/** Deletes a match; one that is gone already counts as deleted. */
export async function deleteMatch(match: string, key: string): Promise<void> {
  try {
    await remove(`/matches/${encodeURIComponent(match)}`, { "X-Table-Key": key });
  } catch (error) {
    if (asProblem(error).status !== 410 && asProblem(error).status !== 404) throw error;
  }
}
