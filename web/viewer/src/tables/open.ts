/** Opening a table and sitting down at it. */
import { post } from "../api/client";
import type { TableCreated } from "../api/types";
import { keepTable, type OwnTable } from "./storage";

/** A place that was handed to somebody else: his link. */
export interface Invitation {
  readonly seat: number;
  readonly link: string;
}

const INVITATIONS = "arena-invitations";

/** Opens a table, keeps the reader's seat in this browser, and gives the table's id. */
export async function openTable(request: NonNullable<OwnTable["request"]>, title: string, mine: number): Promise<string> {
  const table = await post<TableCreated>("/tables", request);
  const chair = table.people.find(({ seat }) => seat === mine) ?? table;
  keepTable({ id: table.id, seat: chair.seat, key: chair.key, title, request, opened: new Date().toISOString(), match: null, ended: "" });
  const others = table.people.filter(({ seat }) => seat !== chair.seat);
  keepInvitations(table.id, others.map(({ seat, key }) => ({ seat, link: `${window.location.origin}/play/${table.id}#${seat}.${key}` })));
  return table.id;
}

/** The links for the other people at a table that was opened in this browser tab. */
export function invitationsTo(table: string): readonly Invitation[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(`${INVITATIONS}-${table}`) ?? "[]");
    return Array.isArray(found) ? (found as Invitation[]) : [];
  } catch {
    return [];
  }
}

function keepInvitations(table: string, invitations: readonly Invitation[]): void {
  if (invitations.length === 0) return;
  try {
    sessionStorage.setItem(`${INVITATIONS}-${table}`, JSON.stringify(invitations));
  } catch {
    // Without storage the links cannot be shown; the table can be opened anew.
  }
}
