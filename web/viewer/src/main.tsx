/** Where the pages begin: their addresses, and the frame around them. */
import "./look/tokens.css";
import "./look/base.css";
import "./look/shell.css";
import "./look/parts.css";
import "./look/tables.css";
import { render, type ComponentType, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failure } from "./parts/Failure";
import { Loading } from "./parts/Loading";
import { Shell } from "./parts/Shell";
import { asProblem } from "./api/resource";
import type { ApiProblem } from "./api/client";
import { matchRoute, place, startRouter, type PageModule, type PageProps, type Route } from "./router";

const MODULES = import.meta.glob<PageModule>(["./pages/*.tsx", "./embed.tsx"]);

const ADDRESSES: readonly (readonly [pattern: string, file: string])[] = [
  ["/", "./pages/home.tsx"],
  ["/games", "./pages/games.tsx"],
  ["/games/:name", "./pages/game.tsx"],
  ["/agents", "./pages/agents.tsx"],
  ["/agents/:spelling", "./pages/agent.tsx"],
  ["/tournaments", "./pages/tournaments.tsx"],
  ["/tournaments/:id", "./pages/tournament.tsx"],
  ["/start", "./pages/start.tsx"],
  ["/matches/:id", "./pages/match.tsx"],
  ["/compare", "./pages/compare.tsx"],
  ["/play", "./pages/play.tsx"],
  ["/play/:table", "./pages/table.tsx"],
  ["/embed/:id", "./embed.tsx"],
];
const MISSING = "./pages/missing.tsx";

function loader(file: string): () => Promise<PageModule> {
  return MODULES[file] ?? MODULES[MISSING] ?? (() => Promise.reject(new Error("This page is not part of the viewer.")));
}

const ROUTES: readonly Route[] = ADDRESSES.map(([pattern, file]) => ({ pattern, load: loader(file) }));

interface Shown {
  readonly path: string;
  readonly Page: ComponentType<PageProps>;
  readonly parameters: PageProps["parameters"];
}

/** The page of the present address; the last one stays until the next one's code is here. */
function Pages(): JSX.Element {
  const { path, query } = place.value;
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => {
    let current = true;
    const match = matchRoute(ROUTES, path);
    const load = match?.route.load ?? loader(MISSING);
    load().then(
      (module) => {
        if (!current) return;
        setProblem(null);
        setShown({ path, Page: module.default, parameters: match?.parameters ?? {} });
      },
      (error: unknown) => current && setProblem(asProblem(error)),
    );
    return () => {
      current = false;
    };
  }, [path]);
  if (problem) return <Failure what="this page" problem={problem} retry={() => window.location.reload()} />;
  if (!shown) return <Loading what="the page" />;
  return <shown.Page key={shown.path} parameters={shown.parameters} query={query} />;
}

function App(): JSX.Element {
  if (place.value.path.startsWith("/embed/")) return <Pages />;
  return (
    <Shell>
      <Pages />
    </Shell>
  );
}

startRouter();
const root = document.getElementById("page");
if (root) render(<App />, root);
