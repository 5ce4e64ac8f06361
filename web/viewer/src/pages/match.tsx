import "../player/match.css";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { address } from "../api/client";
import { asProblem } from "../api/resource";
import type { MatchDetail, Viewpoint } from "../api/types";
import { AgentName } from "../parts/AgentName";
import { Failure } from "../parts/Failure";
import { Loading } from "../parts/Loading";
import { PageTitle } from "../parts/PageTitle";
import { signed } from "../parts/format";
import { Player } from "../player/Player";
import { asViewpoint } from "../player/source";
import { useSources } from "../player/useSources";
import { Link, navigate, setQuery, type PageProps } from "../router";

/** A match, ply by ply. The address holds the ply and the viewpoint. */
export default function MatchPage({ parameters, query }: PageProps): JSX.Element {
  const id = parameters["id"] ?? "";
  const ids = useMemo(() => [id], [id]);
  const { sources, problem, retry } = useSources(ids);
  const view = query.get("view");
  const ply = plyOf(query);
  const start = useMemo(() => ({ ...(ply === null ? {} : { ply }), views: [asViewpoint(view)] }), [ply, view]);
  const match = sources?.[0]?.match;
  if (!sources || !match) {
    return (
      <>
        <PageTitle title={`Match ${id}`} />
        {problem ? <Failure what={`match ${id}`} problem={asProblem(problem)} retry={retry} /> : <Loading what="the match" lines={16} />}
      </>
    );
  }
  return (
    <>
      <PageTitle title={`${match.title || match.game}, match ${match.id}`} above={<Above match={match} />}>
        {match.title || match.game}
      </PageTitle>
      <Seats match={match} />
      {match.replayable ? (
        <Player
          sources={sources}
          start={start}
          onPlace={(at: number, views: readonly Viewpoint[]) => setQuery({ ply: String(at), view: String(views[0] ?? "public") })}
          onCompare={() => navigate(`/compare?a=${encodeURIComponent(match.id)}&ply=${query.get("ply") ?? 0}`)}
          address={() => window.location.href}
        />
      ) : (
        <p class="match-problem">This match cannot be shown move by move: {match.problem ?? "its rules have changed since it was played."}</p>
      )}
      <About match={match} />
    </>
  );
}

/** The ply that an address asks for; null where it asks for none. */
export function plyOf(query: URLSearchParams): number | null {
  const text = query.get("ply");
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function Above({ match }: { readonly match: MatchDetail }): JSX.Element {
  return (
    <>
      {match.tournament && <Link href={`/tournaments/${match.tournament}`}>Tournament {match.tournament}</Link>}
      {match.tournament && " · "}match {match.id}
    </>
  );
}

function Seats({ match }: { readonly match: MatchDetail }): JSX.Element {
  return (
    <ul class="match-seats" aria-label="Seats and scores">
      {match.seats.map((seat, place) => (
        <li key={seat.seat}>
          <AgentName name={seat.name} />
          {match.scores[place] !== undefined && !match.live && <span class="match-score">{signed(match.scores[place] ?? null, decimals(match.scores))}</span>}
        </li>
      ))}
    </ul>
  );
}

function About({ match }: { readonly match: MatchDetail }): JSX.Element {
  const facts: readonly (readonly [string, string])[] = [
    ["game", `${match.game}, version ${match.game_version}`],
    ...(match.seed === null ? [] : [["seed", match.seed] as const]),
    ...(match.reason === null ? [] : [["ended by", match.reason] as const]),
    ...match.conditions.map(({ name, value }) => [name, value] as const),
    ["software", match.software],
  ];
  return (
    <details class="match-about">
      <summary>About this match</summary>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div class="fact" key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!match.live && (
        <p>
          <a href={address(`/matches/${encodeURIComponent(match.id)}/record`)} download>
            Download the record
          </a>
          , which <code>arena replay FILE</code> prints and verifies.
        </p>
      )}
    </details>
  );
}

function decimals(scores: readonly number[]): number {
  return scores.every(Number.isInteger) ? 0 : 2;
}
