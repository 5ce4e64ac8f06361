/** Requests to the server. Every failure is an `ApiProblem` with a sentence that can be shown. */
import type { Problem } from "./types";

const BASE = "/api/v1";
const TOKEN = "arena-token";

/** A request that failed; `message` says why. */
export class ApiProblem extends Error {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** What the server said, where it said it. */
  readonly problem: Problem | null;

  constructor(status: number, message: string, problem: Problem | null = null) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.problem = problem;
  }
}

/** Names and values after the question mark; undefined and null are left out. */
export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** The address of a resource: `address("/matches", {limit: 5})`. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null) search.set(name, String(value));
  const text = search.toString();
  return BASE + path + (text ? `?${text}` : "");
}

/** Reads a resource. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return send<T>(address(path, query), signal ? { signal } : {});
}

/** Sends a body; `token` is put before the server as a bearer token where given. */
export function post<T>(path: string, body?: unknown, token?: string): Promise<T> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  return send<T>(address(path), { method: "POST", headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** Takes a resource away; `headers` prove the right to. */
export function remove(path: string, headers: Readonly<Record<string, string>>): Promise<void> {
  return send<void>(address(path), { method: "DELETE", headers });
}

async function send<T>(url: string, init: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, "The server does not answer. Is it running, and is this device online?");
  }
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    return new ApiProblem(answer.status, `The server answered with status ${answer.status} and no reason.`);
  }
  const problem = (await answer.json()) as Problem;
  const more = (problem.errors ?? []).map((each) => each.detail).filter(Boolean);
  return new ApiProblem(answer.status, [problem.detail || problem.title, ...more].join(" "), problem);
}

/** The token that this browser keeps, or "". */
export function keptToken(): string {
  try {
    return localStorage.getItem(TOKEN) ?? "";
  } catch {
    return "";
  }
}

/** Keeps a token in this browser; "" forgets it. */
export function keepToken(token: string): void {
  try {
    if (token) localStorage.setItem(TOKEN, token);
    else localStorage.removeItem(TOKEN);
  } catch {
    // Storage may be switched off; the token then lasts as long as the page.
  }
}
