import "../look/home.css";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useLive } from "../api/live";
import { useResource } from "../api/resource";
import type { Listed, MatchCard, Ranking, TournamentCard, TournamentDetail } from "../api/types";
import { AgentName } from "../parts/AgentName";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { count, moment, sentence } from "../parts/format";
import { Icon, type IconName } from "../parts/Icon";
import { PageTitle } from "../parts/PageTitle";
import { ProgressLine, StateBadge } from "../parts/Progress";
import { RankingTable } from "../parts/RankingTable";
import { Link } from "../router";

const LATEST = 5;

/** What the arena is, what runs now, what came out last, and where to go. */
export default function HomePage(): JSX.Element {
  const tournaments = useResource<Listed<TournamentCard>>("/tournaments", { limit: LATEST + 1 });
  const items = tournaments.value?.items ?? [];
  const shown = items.find(({ state }) => state === "running") ?? items[0];
  return (
    <>
      <div class="hero">
        <PageTitle title="agent-arena">Agents play, and the numbers say how sure they are</PageTitle>
        <p class="lead">
          An arena for game-playing agents: every deal is played from every seat, every result carries its interval, and every match can be watched
          from its record.
        </p>
        <Doors newest={shown} />
      </div>
      <Await resource={tournaments} what="the tournaments" lines={8}>
        {(page) =>
          shown ? (
            <div class="home-grid">
              <Featured key={shown.id} card={shown} onEnd={tournaments.reload} />
              <Latest items={page.items.filter((one) => one !== shown).slice(0, LATEST)} />
            </div>
          ) : (
            <Empty title="No tournament has been played yet.">
              <Link href="/start">Start the first one here</Link>, or on the command line: <code>arena tournament dhumbal</code>
            </Empty>
          )
        }
      </Await>
    </>
  );
}

function Doors({ newest }: { readonly newest: TournamentCard | undefined }): JSX.Element {
  const matches = useResource<Listed<MatchCard>>(newest && newest.matches > 0 ? `/tournaments/${newest.id}/matches` : null, { limit: 1 });
  const first = matches.value?.items[0];
  return (
    <ul class="doors">
      <Door href={first ? `/matches/${encodeURIComponent(first.id)}` : "/tournaments"} icon="play" title="Watch a match" primary>
        Ply by ply, from any seat
      </Door>
      <Door href="/play" icon="arrow" title="Play">
        Take a seat against the agents
      </Door>
      <Door href="/start" icon="arrow" title="Start a tournament">
        Choose agents, let them meet
      </Door>
    </ul>
  );
}

interface DoorProps {
  readonly href: string;
  readonly icon: IconName;
  readonly title: string;
  readonly primary?: boolean;
  readonly children: string;
}

function Door({ href, icon, title, primary = false, children }: DoorProps): JSX.Element {
  return (
    <li>
      <Link href={href} class={primary ? "door primary" : "door"}>
        <Icon name={icon} />
        <span>
          <b>{title}</b>
          <small>{children}</small>
        </span>
      </Link>
    </li>
  );
}

function Featured({ card, onEnd }: { readonly card: TournamentCard; readonly onEnd: () => void }): JSX.Element {
  const running = card.state === "running";
  const detail = useResource<TournamentDetail>(running ? `/tournaments/${card.id}` : null);
  const ranking = useResource<Ranking>(`/tournaments/${card.id}/ranking`, { limit: 8 });
  const live = useLive(running ? card.id : null);
  useEffect(() => {
    if (live.changes > 0) ranking.reload();
  }, [live.changes]);
  useEffect(() => {
    if (live.state !== null && live.state !== "running") onEnd();
  }, [live.state]);
  const progress = live.progress ?? detail.value?.progress ?? null;
  return (
    <Card
      title={`${running ? "Running now: tournament" : "The latest: tournament"} ${card.id}`}
      tools={<Link href={`/tournaments/${card.id}`} class="button">Open</Link>}
    >
      {running && progress && <ProgressLine progress={progress} />}
      <Await resource={ranking} what="the ranking" lines={Math.min(8, card.agents.length) * 2}>
        {(found) =>
          found.items.length > 0 ? (
            <>
              <p class="card-note">{sentence(found.estimand)}</p>
              <RankingTable ranking={found} brief />
            </>
          ) : (
            <Empty title="No block is complete yet.">The ranking begins with the first one.</Empty>
          )
        }
      </Await>
    </Card>
  );
}

function Latest({ items }: { readonly items: readonly TournamentCard[] }): JSX.Element {
  return (
    <Card title="Earlier tournaments" tools={<Link href="/tournaments">All</Link>}>
      {items.length === 0 && <Empty title="There is only this one so far." />}
      <ul class="latest">
        {items.map((card) => (
          <li key={card.id}>
            <p class="latest-name">
              <Link href={`/tournaments/${card.id}`}>
                {card.game}, {count(card.agents.length, "agent")}
              </Link>
              <StateBadge state={card.state} />
            </p>
            <p class="latest-more">
              {moment(card.created)} · {count(card.blocks, "block")}
            </p>
            {card.leader && (
              <p class="latest-leader">
                <span>In front</span> <AgentName name={card.leader} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
