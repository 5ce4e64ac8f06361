import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Tool } from "./Controls";

const SHOWN_MS = 2500;

/** Copies the address of what is shown. */
export function ShareButton({ address }: { readonly address: () => string }): JSX.Element {
  const [said, say] = useState("");
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => say(""), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    const text = address();
    const failed = (): void => say(`Copy this address: ${text}`);
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say("Link copied"), failed);
    else failed();
  };
  return (
    <span class="pl-share">
      <Tool icon="share" label="Copy a link to this ply" click={copy} />
      <span class="pl-toast" role="status">
        {said}
      </span>
    </span>
  );
}
