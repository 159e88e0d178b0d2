/** Drawings of our own, of one line, beside a word; never instead of one. */

import type { ReactElement } from "react";

const PATHS = {
  today: "M5 6h14v14H5zM5 10h14M9 3.500v4M15 3.500v4M9 14h2.500",
  map: "M9 5 4 7v12l5-2 6 2 5-2V5l-5 2zM9 5v12M15 7v12",
  outbox: "M4 13v6h16v-6M12 4v11M7.500 8.500 12 4l4.500 4.500",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20c.8-4 3.800-5.500 7.500-5.500s6.700 1.500 7.500 5.500",
  call: "M6 4h3.500l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500V18c0 1.500-1 2-2 2C10.500 20 4 13.500 4 6c0-1 .5-2 2-2Z",
  write: "M4 6h16v12H4zM4 7l8 6 8-6",
  way: "M20 4 4 11l7 2 2 7z",
  back: "M15 5l-7 7 7 7",
  on: "M9 5l7 7-7 7",
} as const;

export function Icon({ name }: { readonly name: keyof typeof PATHS }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
