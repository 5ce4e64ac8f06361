import "../player/match.css";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { asProblem } from "../api/resource";
import type { Frame, Viewpoint } from "../api/types";
import { Failure } from "../parts/Failure";
import { Loading } from "../parts/Loading";
import { PageTitle } from "../parts/PageTitle";
import { firstDifference } from "../player/navigation";
import { seatNames } from "../player/names";
import type { Playback } from "../player/playback";
import { Player } from "../player/Player";
import type { Side } from "../player/side";
import { asViewpoint } from "../player/source";
import { useSources } from "../player/useSources";
import { navigate, setQuery, type PageProps } from "../router";
import { plyOf } from "./match";

/** Two matches, or one match as two seats saw it, side by side on one timeline. */
export default function ComparePage({ query }: PageProps): JSX.Element {
  const [first, second] = [query.get("a") ?? "", query.get("b") ?? ""];
  return (
    <>
      <PageTitle title="Compare" />
      <Choose key={`${first} ${second}`} first={first} second={second} />
      {first && second && <Both first={first} second={second} query={query} />}
    </>
  );
}

function Choose({ first, second }: { readonly first: string; readonly second: string }): JSX.Element {
  const [a, setA] = useState(first);
  const [b, setB] = useState(second);
  const go = (event: Event): void => {
    event.preventDefault();
    navigate(`/compare?a=${encodeURIComponent(a.trim())}&b=${encodeURIComponent(b.trim())}`);
  };
  return (
    <form class="compare-form" onSubmit={go}>
      <label>
        Match A
        <input value={a} required autocomplete="off" onInput={(event) => setA(event.currentTarget.value)} />
      </label>
      <label>
        Match B
        <input value={b} required autocomplete="off" onInput={(event) => setB(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        Compare
      </button>
      {first && !second && (
        <p>Name a second match, such as another seating of the same deal; the same match twice compares what two seats saw and thought.</p>
      )}
    </form>
  );
}

function Both({ first, second, query }: { readonly first: string; readonly second: string; readonly query: URLSearchParams }): JSX.Element {
  const ids = useMemo(() => [first, second], [first, second]);
  const { sources, problem, retry } = useSources(ids);
  const [ready, setReady] = useState<{ playback: Playback; sides: readonly Side[] } | null>(null);
  const [ply, one, other] = [plyOf(query), query.get("va"), query.get("vb")];
  const start = useMemo(() => ({ ...(ply === null ? {} : { ply }), views: [asViewpoint(one), asViewpoint(other)] }), [ply, one, other]);
  if (problem) return <Failure what="one of the matches" problem={asProblem(problem)} retry={retry} />;
  if (!sources) return <Loading what="the matches" lines={16} />;
  return (
    <>
      {ready && <Difference {...ready} />}
      <Player
        sources={sources}
        start={start}
        onPlace={(at: number, views: readonly Viewpoint[]) => setQuery({ ply: String(at), va: String(views[0] ?? ""), vb: String(views[1] ?? "") })}
        address={() => window.location.href}
        onReady={(playback, sides) => setReady({ playback, sides })}
      />
    </>
  );
}

/** Where the two matches part, in a sentence that leads there. */
function Difference({ playback, sides }: { readonly playback: Playback; readonly sides: readonly Side[] }): JSX.Element | null {
  const [one, other] = sides.map((side) => side.seen.value.frames);
  if (!one?.length || !other?.length) return null;
  const place = firstDifference(one, other);
  if (place === null) return <p>Both matches went the same way, move by move.</p>;
  const told = [one, other].map((frames, which) => doing(frames[place], sides[which]));
  return (
    <p>
      They differ first at ply {one[place]?.ply ?? other[place]?.ply ?? place}: {told[0]} in A, {told[1]} in B.{" "}
      <button type="button" class="button" onClick={() => playback.step(place - playback.index.peek())}>
        Go there
      </button>
    </p>
  );
}

function doing(frame: Frame | undefined, side: Side | undefined): string {
  if (!frame || frame.actions.length === 0) return "the match is over";
  const names = seatNames(side?.match.seats ?? []);
  return frame.actions.map(({ player, says }) => `${names[player] ?? `seat ${player + 1}`} plays “${says}”`).join(" and ");
}
