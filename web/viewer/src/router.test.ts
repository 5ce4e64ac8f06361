import { describe, expect, it } from "vitest";
import { matchRoute, parametersOf, withQuery, type Route } from "./router";

const route = (pattern: string): Route => ({ pattern, load: () => Promise.reject(new Error("not loaded here")) });

describe("parametersOf", () => {
  it("takes and decodes named parts", () => {
    expect(parametersOf("/agents/:spelling", "/agents/ismcts(simulations%3D50)")).toEqual({ spelling: "ismcts(simulations=50)" });
    expect(parametersOf("/", "/")).toEqual({});
  });

  it("fits whole paths only, with or without a slash at the end", () => {
    expect(parametersOf("/games", "/games/")).toEqual({});
    expect(parametersOf("/games", "/games/dhumbal")).toBeNull();
    expect(parametersOf("/games/:name", "/games")).toBeNull();
  });

  it("leaves what is wrongly encoded as it is", () => {
    expect(parametersOf("/games/:name", "/games/50%")).toEqual({ name: "50%" });
  });
});

describe("matchRoute", () => {
  const routes = ["/play", "/play/:table"].map(route);

  it("finds the first that fits", () => {
    expect(matchRoute(routes, "/play")?.route).toBe(routes[0]);
    expect(matchRoute(routes, "/play/t-1")?.parameters).toEqual({ table: "t-1" });
    expect(matchRoute(routes, "/elsewhere")).toBeNull();
  });
});

describe("withQuery", () => {
  it("changes some names and leaves the rest", () => {
    const query = new URLSearchParams("ply=3&view=open");
    expect(withQuery(query, { ply: "4" })).toBe("?ply=4&view=open");
    expect(withQuery(query, { ply: null, view: null })).toBe("");
    expect(query.toString()).toBe("ply=3&view=open");
  });
});
