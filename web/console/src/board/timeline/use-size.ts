/** How large an element is, as it is being resized. */

import { type RefObject, useLayoutEffect, useState } from "react";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const found = element.current;
    if (found === null) return;
    const read = (): void =>
      setSize((before) =>
        before.width === found.clientWidth && before.height === found.clientHeight ? before : { width: found.clientWidth, height: found.clientHeight },
      );
    read();
    const watching = new ResizeObserver(read);
    watching.observe(found);
    return () => watching.disconnect();
  }, [element]);
  return size;
}
