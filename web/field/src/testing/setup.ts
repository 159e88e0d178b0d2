/** What a browser has and Node has not, for tests of what is kept and sent. */

import "fake-indexeddb/auto";

// Without locks rounds are kept apart by one tab alone, as in an old Safari.
Object.defineProperty(globalThis, "navigator", { value: { userAgent: "tests", onLine: true }, configurable: true });
