/** The sections of the console, always at hand. */

import type { ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { Icon } from "../pieces";
import { useMe } from "../session";
import { useBoardPart } from "../live";
import { useWords } from "../words";
import { SECTIONS } from "./routes";
import { TEXTS } from "./texts";

export function Rail(): ReactElement {
  const words = useWords(TEXTS);
  const me = useMe();
  const [at] = useLocation();
  const drafts = useBoardPart((board) => board?.drafts ?? 0);
  const disputes = useBoardPart((board) => board?.disputes ?? 0);
  const counts: Readonly<Record<string, number>> = { "/proposals": drafts, "/promises": disputes };
  return (
    <nav className="shell-rail" aria-label={words.say("shell.sections")}>
      <span className="shell-brand" aria-hidden="true">
        <BrandMark />
      </span>
      {SECTIONS.filter((one) => me.rights.includes(one.right)).map(({ path, title, icon }) => (
        <Link key={path} href={path} className="shell-section" aria-current={at.startsWith(path) ? "page" : undefined}>
          <span className="shell-section-icon">
            <Icon name={icon} size={18} />
            {(counts[path] ?? 0) > 0 && (
              <span className="shell-section-count" aria-hidden="true">
                {counts[path]}
              </span>
            )}
          </span>
          <span className="shell-section-title">{words.say(title)}</span>
        </Link>
      ))}
    </nav>
  );
}

function BrandMark(): ReactElement {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" fill="var(--brand)" />
      <path d="M7 23c4-1 3-9 8-9s3 5 9-5" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <circle cx="7" cy="23" r="3.4" fill="#fff" />
      <circle cx="24.5" cy="8.5" r="3.4" fill="#f2b234" />
    </svg>
  );
}
