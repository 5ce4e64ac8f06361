import type { ComponentChildren, JSX } from "preact";
import { Link, place } from "../router";
import { Icon, type IconName } from "./Icon";
import { chooseTheme, nextTheme, theme, type Theme } from "./theme";

const PLACES = [
  ["/tournaments", "Tournaments"],
  ["/agents", "Agents"],
  ["/games", "Games"],
  ["/play", "Play"],
] as const;
const ICONS: Record<Theme, IconName> = { auto: "auto", light: "sun", dark: "moon" };
const WORDS: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

/** What surrounds every page: skip link, header, footer. */
export function Shell({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="header">
        <div class="header-inner">
          <Link href="/" class="brand">
            <BrandMark />
            agent-arena
          </Link>
          <nav aria-label="Main">
            <ul>
              {PLACES.map(([href, name]) => (
                <li key={href}>
                  <Link href={href} class={place.value.path.startsWith(href) ? "here" : ""}>
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <ThemeSwitch />
        </div>
      </header>
      <main id="content">{children}</main>
      <footer class="footer">
        <div class="footer-inner">
          <p>Intervals hold 95{"\u202f"}% unless a page says otherwise. Every result can be played again from its record.</p>
          <p>
            <a href="/api/v1/openapi.json">Interface for programs</a>
          </p>
        </div>
      </footer>
    </>
  );
}

function BrandMark(): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d="M3 6h18M3 12h18M3 18h18" class="brand-lines" />
      <circle cx="16" cy="6" r="2.6" class="brand-mark" />
      <path d="m8.5 9 3 3-3 3-3-3z" class="brand-mark" />
      <path d="M11.5 15.6h4.8v4.8h-4.8z" class="brand-mark" />
    </svg>
  );
}

function ThemeSwitch(): JSX.Element {
  const now = theme.value;
  const label = `Theme: ${WORDS[now]}. Switch to ${WORDS[nextTheme(now)]}.`;
  return (
    <button type="button" class="quiet theme-switch" aria-label={label} title={label} onClick={() => chooseTheme(nextTheme(now))}>
      <Icon name={ICONS[now]} />
    </button>
  );
}
