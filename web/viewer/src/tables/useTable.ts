/** A table as state of a component: followed from a seat, or from beside it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { address } from "../api/client";
import type { TableScenery } from "../api/types";
import { rendererFor } from "../renderers";
import { lineAddress, TableLine, type LineState } from "./line";
import { Reel } from "./reel";
import { after, type Seen } from "./seen";

/** What a page knows of a table, and can do. */
export interface AtTable {
  /** The moment that is shown; null until the first has come. */
  readonly seen: Seen | null;
  readonly line: LineState;
  /** Whether a move is on its way. */
  readonly busy: boolean;
  /** Why the last move was refused; "" where none was. */
  readonly complaint: string;
  readonly submit: (says: string) => void;
  /** The reader has seen the end of the round. */
  readonly goOn: () => void;
  /** Takes up the seat again that another page has taken. */
  readonly retake: () => void;
}

/** The least time from one move to the next, in milliseconds. */
const STEP_MS = 350;

/** Follows a table: from a seat where a key is given, otherwise as everybody sees it. */
export function useTable(id: string, key: string | null, game: string): AtTable {
  const [seen, setSeen] = useState<Seen | null>(null);
  const [line, setLine] = useState<LineState>({ is: "connecting" });
  const [busy, setBusy] = useState(false);
  const [complaint, setComplaint] = useState("");
  const [turn, setTurn] = useState(0);
  const reel = useRef<Reel<Seen> | null>(null);
  const socket = useRef<TableLine | null>(null);

  useEffect(() => {
    const made = new Reel<Seen>({
      stepMs: STEP_MS,
      show: setSeen,
      holds: ({ frame }) => rendererFor(frame.scene, game).pauses?.(frame) ?? false,
    });
    reel.current = made;
    setBusy(false);
    setComplaint("");
    const stop = key === null ? watch(id, made, setLine) : sit(made);
    return () => {
      stop();
      made.dispose();
    };

    function sit(into: Reel<Seen>): () => void {
      const opened = new TableLine(lineAddress(window.location, id, key ?? ""), {
        onState: (now) => {
          setLine(now);
          if (now.is !== "open") setBusy(false);
        },
        onMessage: (message) => {
          setBusy(false);
          if (message.type === "error") setComplaint(message.detail);
          else {
            setComplaint("");
            into.push(message);
            if (message.frame.over) opened.settle();
          }
        },
      });
      socket.current = opened;
      return () => opened.close();
    }
  }, [id, key, turn, game]);

  const submit = (says: string): void => {
    if (!seen || busy) return;
    const sent = socket.current?.act(seen.frame.ply, says) ?? false;
    setComplaint(sent ? "" : "The line to the server is not open; the move was not sent.");
    setBusy(sent);
  };
  return { seen, line, busy, complaint, submit, goOn: () => reel.current?.goOn(), retake: () => setTurn(turn + 1) };
}

/** Listens to what everybody sees; the browser connects again by itself and says what it heard last. */
function watch(id: string, reel: Reel<Seen>, tell: (state: LineState) => void): () => void {
  const source = new EventSource(address(`/tables/${encodeURIComponent(id)}/events`));
  let last: Seen | null = null;
  source.onopen = () => tell({ is: "open" });
  source.onerror = () => tell(source.readyState === EventSource.CLOSED ? { is: "closed", why: "unknown" } : { is: "lost" });
  source.addEventListener("state", (event) => {
    last = after(last, JSON.parse(event.data as string) as TableScenery);
    reel.push(last);
    if (last.frame.over) source.close();
  });
  return () => source.close();
}
