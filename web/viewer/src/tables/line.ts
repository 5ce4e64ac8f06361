/** The line to a table: a WebSocket that is set up anew whenever it is lost, until the table itself says that it is over. */
import type { TableMessage } from "../api/types";

/** How the line is. */
export type LineState =
  | { readonly is: "connecting" }
  | { readonly is: "open" }
  /** Lost; it is tried again by itself. */
  | { readonly is: "lost" }
  /** Closed for good, and why. */
  | { readonly is: "closed"; readonly why: ClosedFor };

/** Why a line is closed for good. */
export type ClosedFor = "replaced" | "refused" | "unknown" | "idle" | "failed" | "done";

/** What the owner of a line hears. */
export interface LineEvents {
  readonly onMessage: (message: TableMessage) => void;
  readonly onState: (state: LineState) => void;
}

/** Codes after which there is nothing to try again. */
const FINAL: Readonly<Record<number, ClosedFor>> = { 4001: "replaced", 4003: "refused", 4004: "unknown", 4008: "idle", 1011: "failed" };
const WAITS_MS = [400, 800, 1600, 3000, 5000] as const;

/** How long to wait before the next try, in milliseconds; `tries` failed before. */
export function waitFor(tries: number): number {
  return WAITS_MS[Math.min(tries, WAITS_MS.length - 1)] ?? 5000;
}

/** Why a line with this close code is closed for good; null where it is worth another try. */
export function finalReason(code: number): ClosedFor | null {
  return FINAL[code] ?? null;
}

/** The address of a person's line to his table. */
export function lineAddress(location: { readonly protocol: string; readonly host: string }, table: string, key: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/v1/tables/${encodeURIComponent(table)}/play?key=${encodeURIComponent(key)}`;
}

/** A line that keeps itself up. */
export class TableLine {
  readonly #address: string;
  readonly #events: LineEvents;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #tries = 0;
  #closed = false;
  #settled = false;

  constructor(address: string, events: LineEvents) {
    this.#address = address;
    this.#events = events;
    window.addEventListener("online", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
    events.onState({ is: "connecting" });
    this.#connect();
  }

  /** Sends a move; false where the line is not open. */
  act(ply: number, says: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ type: "act", ply, says }));
    return true;
  }

  /** What matters has been said: a line that is lost from now on is not set up again. */
  settle(): void {
    this.#settled = true;
  }

  /** Lets go of the line. */
  close(): void {
    this.#end("done", false);
  }

  #connect(): void {
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.onopen = () => {
      if (socket === this.#socket) this.#events.onState({ is: "open" });
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#tries = 0;
      this.#events.onMessage(JSON.parse(data) as TableMessage);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket || this.#closed) return;
      const why = finalReason(code);
      if (why || this.#settled) {
        this.#end(why ?? "done", true);
        return;
      }
      this.#events.onState({ is: "lost" });
      this.#timer = setTimeout(() => this.#connect(), waitFor(this.#tries++));
    };
  }

  /** The device is online again, or the page is looked at: no more waiting. */
  readonly #hurry = (): void => {
    if (this.#timer === null || this.#socket?.readyState !== WebSocket.CLOSED || document.hidden) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#connect();
  };

  #end(why: ClosedFor, tell: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    window.removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.#socket?.close();
    if (tell) this.#events.onState({ is: "closed", why });
  }
}
