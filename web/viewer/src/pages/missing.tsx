import type { JSX } from "preact";
import { Empty } from "../parts/Empty";
import { PageTitle } from "../parts/PageTitle";
import { Link } from "../router";

/** An address that leads nowhere. */
export default function MissingPage(): JSX.Element {
  return (
    <>
      <PageTitle title="No such page" />
      <Empty title="There is nothing at this address.">
        It may have moved, or a letter is missing. <Link href="/">Begin at the start page</Link> or look through the{" "}
        <Link href="/tournaments">tournaments</Link>.
      </Empty>
    </>
  );
}
