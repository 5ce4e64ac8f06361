/** Tables at which the reader sits or sat. This browser keeps them; the server knows no names. */

/** A table and what proves that its seat is the reader's. */
export interface OwnTable {
  readonly id: string;
  readonly seat: number;
  readonly key: string;
  /** What people call the game. */
  readonly title: string;
  /** The request that opened it, to open another like it. */
  readonly request: { readonly game: string; readonly seats: readonly string[]; readonly simulations: number } | null;
  /** When it was opened, ISO 8601. */
  readonly opened: string;
  /** The id of the match; null until it is over. */
  readonly match: string | null;
  /** How it ended, in a few words; "" until it has. */
  readonly ended: string;
}

const KEY = "arena-tables";
const KEPT = 20;

/** The reader's tables, the newest first. */
export function ownTables(): readonly OwnTable[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isOwnTable) : [];
  } catch {
    return [];
  }
}

/** The reader's seat at a table, or null. */
export function ownTable(id: string): OwnTable | null {
  return ownTables().find((table) => table.id === id) ?? null;
}

/** Keeps a table as the newest, in place of what was kept of it before. */
export function keepTable(table: OwnTable): void {
  write([table, ...ownTables().filter((other) => other.id !== table.id)].slice(0, KEPT));
}

/** Changes what is kept of a table, where it is kept. */
export function changeTable(id: string, part: Partial<OwnTable>): void {
  write(ownTables().map((table) => (table.id === id ? { ...table, ...part } : table)));
}

/** Keeps a table no more. */
export function dropTable(id: string): void {
  write(ownTables().filter((table) => table.id !== id));
}

/** The seat and key that a link such as `/play/t-1#2.KEY` hands over, or null. */
export function chairIn(hash: string): { readonly seat: number; readonly key: string } | null {
  const found = /^#(\d{1,3})\.([\w-]{10,200})$/.exec(hash);
  return found ? { seat: Number(found[1]), key: found[2] ?? "" } : null;
}

function isOwnTable(value: unknown): value is OwnTable {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Partial<Record<keyof OwnTable, unknown>>;
  return typeof table.id === "string" && typeof table.seat === "number" && typeof table.key === "string" && typeof table.title === "string";
}

function write(tables: readonly OwnTable[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(tables));
  } catch {
    // Storage may be switched off or full; the table is then the reader's as long as the page is open.
  }
}
