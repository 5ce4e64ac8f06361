/** Addresses of the viewer: the history API, patterns such as `/games/:name`, and links that stay within the page. */
import { signal } from "./signal";
import { h, type ComponentChildren, type ComponentType, type JSX } from "preact";

/** Where the viewer is. */
export interface Place {
  /** The path, decoded by nobody yet: `/matches/1-0-3-2`. */
  readonly path: string;
  /** What follows the question mark. */
  readonly query: URLSearchParams;
}

/** What each page gets. */
export interface PageProps {
  /** Values of the pattern's `:names`, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What follows the question mark of the address. */
  readonly query: URLSearchParams;
}

/** A module that holds a page. */
export interface PageModule {
  readonly default: ComponentType<PageProps>;
}

/** A pattern and how its page is loaded. */
export interface Route {
  readonly pattern: string;
  readonly load: () => Promise<PageModule>;
}

/** A route that fits a path. */
export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

const inBrowser = typeof window !== "undefined";

function here(): Place {
  if (!inBrowser) return { path: "/", query: new URLSearchParams() };
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

/** Where the viewer is now; pages that read it are drawn again when it changes. */
export const place = signal<Place>(here());

let moves = 0;

/** Whether this page was reached by a move within the viewer rather than by loading it. */
export function moved(): boolean {
  return moves > 0;
}

/** How a move to another address is made. */
export interface Navigation {
  /** Whether the present address is overwritten, so that "back" skips it: true for a position within a page. */
  readonly replace?: boolean;
}

/** Goes to an address within the viewer, such as `/matches/1-0-3-2?ply=7`. */
export function navigate(href: string, { replace = false }: Navigation = {}): void {
  if (replace) window.history.replaceState(null, "", href);
  else window.history.pushState(null, "", href);
  arrive();
}

function arrive(): void {
  const before = place.value.path;
  place.value = here();
  if (place.value.path !== before) moves += 1;
}

/** Changes some of what follows the question mark and leaves the rest; null takes a name away. */
export function setQuery(changes: Readonly<Record<string, string | null>>, navigation: Navigation = { replace: true }): void {
  navigate(place.value.path + withQuery(place.value.query, changes), navigation);
}

/** A query with some names changed, as text with its question mark, or "" where nothing is left. */
export function withQuery(query: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text ? `?${text}` : "";
}

/** The values of a pattern's `:names` in a path, or null where it does not fit. */
export function parametersOf(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const got = path.split("/").filter(Boolean);
  if (wanted.length !== got.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = got[index] ?? "";
    if (part.startsWith(":")) parameters[part.slice(1)] = decoded(value);
    else if (part !== value) return null;
  }
  return parameters;
}

/** The first route that fits a path, or null. */
export function matchRoute(routes: readonly Route[], path: string): Match | null {
  for (const route of routes) {
    const parameters = parametersOf(route.pattern, path);
    if (parameters) return { route, parameters };
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Listens to the browser's buttons and to clicks on plain links; called once. */
export function startRouter(): void {
  window.addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest("a") : null;
    if (!(anchor instanceof HTMLAnchorElement) || !staysWithin(anchor)) return;
    event.preventDefault();
    navigate(anchor.pathname + anchor.search);
    window.scrollTo(0, 0);
  });
}

const OUTSIDE = ["/docs", "/api", "/metrics", "/healthz"];

function staysWithin(anchor: HTMLAnchorElement): boolean {
  if (anchor.origin !== window.location.origin || anchor.target || anchor.hasAttribute("download")) return false;
  if (anchor.hash && anchor.pathname === window.location.pathname) return false;
  return !OUTSIDE.some((prefix) => anchor.pathname === prefix || anchor.pathname.startsWith(`${prefix}/`));
}

/** What a link needs. */
export interface LinkProps {
  readonly href: string;
  readonly class?: string;
  readonly title?: string;
  readonly "aria-label"?: string;
  readonly children?: ComponentChildren;
}

/** A link within the viewer; the one that leads to the present page says so to screen readers. */
export function Link(props: LinkProps): JSX.Element {
  const path = props.href.split("?")[0];
  return h("a", { ...props, "aria-current": path === place.value.path ? "page" : undefined });
}
