import { defineConfig } from "vitest/config";
import { viteSingleFile } from "vite-plugin-singlefile";
import { documents } from "./plugins/documents.ts";

const single = process.env["SINGLE"] === "1";

/**
 * What is loaded together. Fewer and larger files compress better than one for each page, and all of them together are
 * held to a budget; what most readers never open, the play pages and the charts of a tournament, stays apart.
 */
const CHUNKS = [
  { name: "play", test: /viewer\/src\/(tables|pages\/(play|table))/, priority: 4 },
  { name: "player", test: /viewer\/src\/(player|renderers|embed|pages\/(match|compare))/, priority: 3 },
  { name: "tournament", test: /viewer\/src\/(charts\/(Matrix|Forest|Convergence|pairs)|pages\/(tournament\.|start)|parts\/(StartFields|Steering|request|Matches))/, priority: 2 },
  { name: "base", test: /./, priority: 1 },
];

/**
 * Two builds of one source: the pages that the server hands out, and, with SINGLE=1, one file that holds a whole match
 * viewer and needs no server. Both go to ../static, which is committed; neither depends on time or machine.
 */
export default defineConfig({
  base: "/",
  plugins: [documents(), ...(single ? [viteSingleFile({ removeViteModuleLoader: true })] : [])],
  build: {
    outDir: "../static",
    emptyOutDir: !single,
    copyPublicDir: !single,
    manifest: single ? false : "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 100,
    rolldownOptions: { input: single ? "export.html" : "index.html", ...(single ? {} : { output: { codeSplitting: { groups: CHUNKS, includeDependenciesRecursively: false } } }) },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8000", ws: true }, "/docs": "http://127.0.0.1:8000" } },
  test: { environment: "node", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
