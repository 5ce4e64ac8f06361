import "../look/form.css";
import "../player/match.css";
import "../tables/play.css";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useResource } from "../api/resource";
import type { TableDetail } from "../api/types";
import { Empty } from "../parts/Empty";
import { Failure } from "../parts/Failure";
import { Loading } from "../parts/Loading";
import { PageTitle } from "../parts/PageTitle";
import { Link, navigate, type PageProps } from "../router";
import { replayOf } from "../tables/OwnMatches";
import { chairIn, keepTable, ownTable, type OwnTable } from "../tables/storage";
import { TableRoom } from "../tables/TableRoom";

/** A table: from one's seat where one has one, from beside it otherwise. */
export default function TablePage({ parameters }: PageProps): JSX.Element {
  const id = parameters["table"] ?? "";
  const detail = useResource<TableDetail>(`/tables/${encodeURIComponent(id)}`);
  const [own, setOwn] = useState<OwnTable | null>(() => ownTable(id));
  useEffect(() => {
    const chair = chairIn(window.location.hash);
    if (!chair || !detail.value) return;
    // The key belongs into this browser and not into an address that is passed on.
    navigate(window.location.pathname, { replace: true });
    const { title, opened } = detail.value;
    const kept = { id, ...chair, title, request: null, opened, match: null, ended: "" };
    keepTable(kept);
    setOwn(kept);
  }, [detail.value]);
  if (detail.problem?.status === 404) return <Closed own={own} />;
  if (!detail.value || chairIn(window.location.hash)) {
    return (
      <>
        <PageTitle title={own?.title ?? "A table"} above={<Link href="/play">Play</Link>} />
        {detail.problem ? <Failure what="the table" problem={detail.problem} retry={detail.reload} /> : <Loading what="the table" lines={16} />}
      </>
    );
  }
  return <TableRoom key={own?.key ?? ""} table={detail.value} own={own} />;
}

/** A table that is no more: its match may be. */
function Closed({ own }: { readonly own: OwnTable | null }): JSX.Element {
  return (
    <>
      <PageTitle title="This table is closed" above={<Link href="/play">Play</Link>} />
      <Empty title={own?.match ? "The match was played to its end." : "There is no table here any more."}>
        {own?.match ? (
          <>
            <Link href={replayOf(own.match, own.seat)}>Watch the replay</Link>, or <Link href="/play">open another table</Link>.
          </>
        ) : (
          <>
            A table is closed when nobody has moved for too long, or when the server stops. <Link href="/play">Open another one</Link>.
          </>
        )}
      </Empty>
    </>
  );
}
