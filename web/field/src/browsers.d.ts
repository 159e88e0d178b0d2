/** What browsers have and TypeScript's library does not know: Background Sync (WICG), in Chromium. */

interface ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}
