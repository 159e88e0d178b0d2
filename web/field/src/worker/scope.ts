/** What a service worker finds around it, as far as ours uses it. (TypeScript has this apart from what pages have.) */

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

export interface Pushed extends Extendable {
  readonly data: { json(): unknown } | null;
}

export interface Clicked extends Extendable {
  readonly notification: Notification;
}

export interface Told extends Extendable {
  readonly data: unknown;
}

export interface Syncing extends Extendable {
  readonly tag: string;
}

interface Client {
  readonly url: string;
  focus(): Promise<Client>;
}

export interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Client[]>;
    openWindow(url: string): Promise<Client | null>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(kind: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(kind: "push", listener: (event: Pushed) => void): void;
  addEventListener(kind: "notificationclick", listener: (event: Clicked) => void): void;
  addEventListener(kind: "message", listener: (event: Told) => void): void;
  addEventListener(kind: "sync" | "periodicsync", listener: (event: Syncing) => void): void;
}
