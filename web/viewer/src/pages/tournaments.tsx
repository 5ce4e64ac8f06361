import "../look/lists.css";
import type { JSX } from "preact";
import { useResource } from "../api/resource";
import type { Listed, TournamentCard } from "../api/types";
import { AgentName } from "../parts/AgentName";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { capital, duration, moment, number } from "../parts/format";
import { PageTitle } from "../parts/PageTitle";
import { StateBadge } from "../parts/Progress";
import { Table, type Column } from "../parts/Table";
import { Link, setQuery, withQuery, type PageProps } from "../router";

const STATES = [
  ["", "All"],
  ["running", "Running"],
  ["finished", "Finished"],
  ["stopped", "Stopped"],
] as const;
const PAGE = 25;

/** Tournaments, the newest first. */
export default function TournamentsPage({ query }: PageProps): JSX.Element {
  const state = query.get("state") ?? "";
  const tournaments = useResource<Listed<TournamentCard>>("/tournaments", { state: state || null, limit: PAGE, cursor: query.get("cursor") });
  return (
    <>
      <PageTitle
        title="Tournaments"
        tools={
          <Link href="/start" class="button primary">
            Start a tournament
          </Link>
        }
      />
      <div class="choices" role="group" aria-label="Which tournaments">
        {STATES.map(([name, title]) => (
          <button key={name} type="button" class="choice" aria-pressed={state === name} onClick={() => setQuery({ state: name || null, cursor: null }, { replace: false })}>
            {title}
          </button>
        ))}
      </div>
      <Await resource={tournaments} what="the tournaments" lines={10}>
        {(page) => (
          <>
            {page.items.length > 0 ? (
              <Card class="tournament-list">
                <Table caption="Tournaments" columns={COLUMNS} rows={page.items} keyOf={(card) => card.id} />
              </Card>
            ) : (
              <Empty title={state ? `No tournament is ${state}.` : "No tournament has been played yet."}>
                <Link href="/start">Start one here</Link>, or on the command line: <code>arena tournament dhumbal</code>
              </Empty>
            )}
            <nav class="paging" aria-label="Pages of the list">
              {query.get("cursor") && <Link href={`/tournaments${withQuery(query, { cursor: null })}`}>Newest</Link>}
              {page.next && <Link href={`/tournaments${withQuery(query, { cursor: page.next })}`}>Older</Link>}
            </nav>
          </>
        )}
      </Await>
    </>
  );
}

const COLUMNS: readonly Column<TournamentCard>[] = [
  {
    key: "name",
    title: "Tournament",
    names: true,
    cell: (card) => (
      <Link href={`/tournaments/${card.id}`}>
        {card.id}: {card.game}
      </Link>
    ),
    order: (card) => card.id,
  },
  { key: "state", title: "State", cell: (card) => <StateBadge state={card.state} />, order: (card) => card.state },
  { key: "leader", title: "In front", cell: (card) => (card.leader ? <AgentName name={card.leader} /> : <span class="none">–</span>) },
  { key: "agents", title: "Agents", numeric: true, cell: (card) => <span title={card.agents.join(", ")}>{number(card.agents.length)}</span>, order: (card) => card.agents.length },
  { key: "format", title: "Format", cell: (card) => capital(card.format) },
  { key: "blocks", title: "Blocks", numeric: true, cell: (card) => number(card.blocks), order: (card) => card.blocks },
  { key: "matches", title: "Matches", numeric: true, cell: (card) => number(card.matches), order: (card) => card.matches },
  { key: "seconds", title: "Took", numeric: true, cell: (card) => duration(card.seconds), order: (card) => card.seconds },
  { key: "created", title: "Began", cell: (card) => moment(card.created), order: (card) => card.created },
];
