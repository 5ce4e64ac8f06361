import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../api/client";
import { asProblem, useResource } from "../api/resource";
import type { Listed, MatchCard } from "../api/types";
import type { ApiProblem } from "../api/client";
import { Link } from "../router";
import { AgentMarker } from "./AgentName";
import { Await } from "./Await";
import { Card } from "./Card";
import { Empty } from "./Empty";
import { Failure } from "./Failure";
import { count, number, signed } from "./format";
import { Table, type Column } from "./Table";

/** What `Matches` takes. */
export interface MatchesProps {
  readonly tournament: number;
  /** A round, or null for all. */
  readonly round: number | null;
  /** The agents of the tournament, to choose one by. */
  readonly agents: readonly string[];
  /** Counts up when there may be more of them. */
  readonly changes: number;
}

const PAGE = 12;

/** The matches of a round, with links to their replays. */
export function Matches({ tournament, round, agents, changes }: MatchesProps): JSX.Element {
  const [agent, setAgent] = useState("");
  const path = `/tournaments/${tournament}/matches`;
  const first = useResource<Listed<MatchCard>>(path, { round, agent: agent || null, limit: PAGE });
  useEffect(() => {
    // A full page stays as it is, so that nothing jumps under a reader.
    if (changes > 0 && (first.value?.items.length ?? 0) < PAGE) first.reload();
  }, [changes]);
  const chooser = (
    <label class="field-inline">
      Seats
      <select value={agent} onChange={(event) => setAgent(event.currentTarget.value)}>
        <option value="">any agent</option>
        {agents.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Card title="Matches" tools={chooser} note="A block is one deal, played in every seating. Each match can be watched from its record.">
      <Await resource={first} what="the matches">
        {(page) => <More key={`${round}-${agent}`} page={page} path={path} round={round} agent={agent} />}
      </Await>
    </Card>
  );
}

interface MoreProps {
  readonly page: Listed<MatchCard>;
  readonly path: string;
  readonly round: number | null;
  readonly agent: string;
}

function More({ page, path, round, agent }: MoreProps): JSX.Element {
  const [more, setMore] = useState<Listed<MatchCard>>({ items: [], next: page.next });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => setMore({ items: [], next: page.next }), [page]);
  const rows = useMemo(() => [...page.items, ...more.items], [page, more]);
  if (rows.length === 0) return <Empty title="No match has been stored yet.">The first ones appear here as soon as a block is complete.</Empty>;
  const load = (): void => {
    setBusy(true);
    get<Listed<MatchCard>>(path, { round, agent: agent || null, limit: PAGE * 2, cursor: more.next }).then(
      (next) => {
        setMore((before) => ({ items: [...before.items, ...next.items], next: next.next }));
        setProblem(null);
        setBusy(false);
      },
      (error: unknown) => {
        setProblem(asProblem(error));
        setBusy(false);
      },
    );
  };
  return (
    <>
      <Table caption="Matches" columns={COLUMNS} rows={rows} keyOf={(row) => row.id} />
      {problem && <Failure what="more matches" problem={problem} retry={load} />}
      {more.next && !problem && (
        <button type="button" class="button more" disabled={busy} onClick={load}>
          {busy ? "Loading…" : "Show more matches"}
        </button>
      )}
    </>
  );
}

const COLUMNS: readonly Column<MatchCard>[] = [
  {
    key: "match",
    title: "Match",
    names: true,
    cell: (row) => <Link href={`/matches/${encodeURIComponent(row.id)}`}>Block {number(row.block)}, seating {row.seating + 1}</Link>,
  },
  {
    key: "seats",
    title: "Seats and scores",
    wide: true,
    cell: (row) => (
      <ol class="seat-scores">
        {row.seats.map((name, seat) => (
          <li key={seat}>
            <AgentMarker name={name} />
            <span>{name}</span>
            <b>{signed(row.scores[seat] ?? null, Number.isInteger(row.scores[seat]) ? 0 : 2)}</b>
          </li>
        ))}
      </ol>
    ),
  },
  { key: "steps", title: "Steps", numeric: true, cell: (row) => number(row.steps) },
  {
    key: "faults",
    title: "Faults",
    numeric: true,
    cell: (row) => <span class={row.faults ? "has-faults" : "none"} title={count(row.faults, "fault")}>{number(row.faults)}</span>,
  },
];
