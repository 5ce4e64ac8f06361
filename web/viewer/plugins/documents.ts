import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { marked } from "marked";
import type { Plugin } from "vite";

const FOLDER = resolve(import.meta.dirname, "../../../docs/games");
const INDEX = "virtual:rules";

/** What a reader of the rules wants of a game's page: what stands before the first section, that section, and the sources. */
function rulesOf(page: string): string {
  const [start = "", first = "", ...others] = page.replace(/^# .*\n/, "").split(/^(?=## )/m);
  return [start.replace(/^```[^]*?^```\n/gm, ""), first, ...others.filter((section) => section.startsWith("## Sources"))].join("\n");
}

/** A game's rules as HTML; links to other files of the repository are left as words. */
function html(file: string): string {
  const renderer = new marked.Renderer();
  renderer.link = ({ href, text: words }) => (/^https?:/.test(href) ? `<a href="${href}">${words}</a>` : words);
  const made = marked.parse(rulesOf(readFileSync(file, "utf8")), { renderer, async: false });
  return made.replaceAll("<table>", '<div class="scroll" tabindex="0"><table>').replaceAll("</table>", "</table></div>");
}

/** Games whose rules are written down: docs/games/NAME.md without companions such as NAME_agents.md. */
function games(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".md") && !file.includes("_"))
    .map((file) => basename(file, ".md"))
    .sort();
}

/**
 * The rules of each game as HTML, made while building from docs/games/*.md: `virtual:rules` maps a game's name to the address
 * of a file, so that a reader downloads only the rules he opens. Beside the development server the text is in the address.
 */
export function documents(): Plugin {
  let building = false;
  return {
    name: "arena-documents",
    configResolved: (config) => void (building = config.command === "build"),
    resolveId: (id) => (id === INDEX ? `\0${INDEX}` : null),
    load(id) {
      if (id !== `\0${INDEX}`) return null;
      const lines = games().map((game) => {
        const file = resolve(FOLDER, `${game}.md`);
        this.addWatchFile(file);
        const source = html(file);
        const address = building
          ? `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "asset", name: `rules-${game}.html`, source })}`
          : JSON.stringify(`data:text/html;charset=utf-8,${encodeURIComponent(source)}`);
        return `${JSON.stringify(game)}: ${address}`;
      });
      return `export default {${lines.join(",")}};`;
    },
  };
}
