import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "./Icon";

/** What `CommandLine` takes. */
export interface CommandLineProps {
  readonly command: string;
  /** What it does: "Plays this tournament again". */
  readonly label: string;
}

/** A command that can be copied. */
export function CommandLine({ command, label }: CommandLineProps): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard?.writeText(command).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
      },
      () => setCopied(false),
    );
  };
  return (
    <div class="command">
      <code tabIndex={0} aria-label={label}>
        {command}
      </code>
      <button type="button" class="button" onClick={copy} title={label}>
        <Icon name={copied ? "check" : "copy"} size={18} />
        <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
