import "../look/lists.css";
import type { JSX } from "preact";
import { useResource } from "../api/resource";
import type { GameCard, Listed } from "../api/types";
import { Await } from "../parts/Await";
import { Empty } from "../parts/Empty";
import { capital } from "../parts/format";
import { PageTitle } from "../parts/PageTitle";
import { playersOf } from "../parts/words";
import { Fact } from "../parts/Progress";
import { Link } from "../router";

/** Every game that can be played here. */
export default function GamesPage(): JSX.Element {
  const games = useResource<Listed<GameCard>>("/games");
  return (
    <>
      <PageTitle title="Games" />
      <Await resource={games} what="the games" lines={6}>
        {(page) =>
          page.items.length > 0 ? (
            <ul class="tiles">
              {page.items.map((game) => (
                <GameTile key={game.name} game={game} />
              ))}
            </ul>
          ) : (
            <Empty title="No game is installed.">
              Install one, or start your own: <code>arena new game my-game</code>
            </Empty>
          )
        }
      </Await>
    </>
  );
}


function GameTile({ game }: { readonly game: GameCard }): JSX.Element {
  const primary = game.metrics.find((metric) => metric.primary);
  return (
    <li class="card tile">
      <h2>
        <Link href={`/games/${encodeURIComponent(game.name)}`}>{game.title}</Link>
      </h2>
      <p>{game.summary}</p>
      <dl class="facts">
        <Fact name="Players" value={playersOf(game)} />
        <Fact name="Information" value={capital(game.information)} />
        <Fact name="Moves" value={capital(game.dynamics)} />
        {primary && <Fact name="Ranked by" value={primary.title} />}
      </dl>
    </li>
  );
}
