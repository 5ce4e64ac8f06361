import "../look/lists.css";
import type { JSX } from "preact";
import { useResource } from "../api/resource";
import type { AgentCard, Listed } from "../api/types";
import { AgentName } from "../parts/AgentName";
import { Await } from "../parts/Await";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { capital, sentence } from "../parts/format";
import { PageTitle } from "../parts/PageTitle";
import { Table, type Column } from "../parts/Table";
import { accessOf } from "../parts/words";

/** Every agent that can be chosen here, by family. */
export default function AgentsPage(): JSX.Element {
  const agents = useResource<Listed<AgentCard>>("/agents");
  return (
    <>
      <PageTitle title="Agents" />
      <p class="lead">An agent sees what its seat sees. Those that search may also ask the rules what would happen next, in worlds that agree with what they have seen.</p>
      <Await resource={agents} what="the agents" lines={12}>
        {(page) =>
          page.items.length > 0 ? (
            <Card class="agent-list">
              <Table caption="Agents" columns={COLUMNS} rows={page.items} keyOf={(agent) => agent.name} />
            </Card>
          ) : (
            <Empty title="No agent is installed.">
              Install one, or start your own: <code>arena new agent my-agent</code>
            </Empty>
          )
        }
      </Await>
    </>
  );
}

const COLUMNS: readonly Column<AgentCard>[] = [
  { key: "name", title: "Agent", names: true, cell: (agent) => <AgentName name={agent.name} />, order: (agent) => agent.name },
  { key: "summary", title: "What it does", wide: true, cell: (agent) => sentence(agent.summary) },
  { key: "family", title: "Family", cell: (agent) => capital(agent.family), order: (agent) => agent.family },
  { key: "access", title: "Sees", cell: (agent) => accessOf(agent), order: (agent) => agent.access },
  { key: "games", title: "Games", cell: (agent) => (agent.games.length > 0 ? agent.games.join(", ") : "any") },
];
