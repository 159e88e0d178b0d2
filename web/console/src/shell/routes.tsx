/** Which page is at which address. All but the board are loaded when they are first looked at. */

import { type ComponentType, lazy } from "react";
import type { Right } from "../session";
import { BoardPage } from "../board/board-page";
import type { IconName } from "../pieces";
import type { ShellKey } from "./texts";

export interface Route {
  readonly id: string;
  /** The first is where the rail leads. */
  readonly paths: readonly string[];
  readonly page: ComponentType;
}

const page = (load: () => Promise<{ readonly Page: ComponentType }>): ComponentType =>
  lazy(() => load().then(({ Page }) => ({ default: Page })));

const Proposals = page(() => import("../proposals"));

export const ROUTES: readonly Route[] = [
  { id: "board", paths: ["/board", "/board/:kind/:id"], page: BoardPage },
  { id: "urgent", paths: ["/urgent", "/urgent/*?"], page: page(() => import("../urgent")) },
  { id: "promises", paths: ["/promises", "/promises/*?"], page: page(() => import("../promises")) },
  { id: "proposals", paths: ["/proposals", "/proposals/:id", "/compare/:before/:after"], page: Proposals },
  { id: "scenarios", paths: ["/scenarios", "/scenarios/*?"], page: page(() => import("../scenarios")) },
  { id: "history", paths: ["/history", "/history/:date"], page: page(() => import("../history")) },
  { id: "office", paths: ["/office", "/office/*?"], page: page(() => import("../office")) },
  { id: "print", paths: ["/print", "/print/:date"], page: page(() => import("../print")) },
];

export interface Section {
  readonly path: string;
  readonly title: ShellKey & `shell.${string}`;
  readonly go: ShellKey;
  readonly icon: IconName;
  readonly key: string;
  readonly right: Right;
}

/** What the rail offers, to those who may. */
export const SECTIONS: readonly Section[] = [
  { path: "/board", title: "shell.board", go: "shell.go.board", icon: "board", key: "g b", right: "read plans" },
  { path: "/urgent", title: "shell.urgent", go: "shell.go.urgent", icon: "urgent", key: "g u", right: "create jobs" },
  { path: "/promises", title: "shell.promises", go: "shell.go.promises", icon: "promise", key: "g p", right: "read jobs" },
  { path: "/proposals", title: "shell.proposals", go: "shell.go.proposals", icon: "proposal", key: "g r", right: "read plans" },
  { path: "/scenarios", title: "shell.scenarios", go: "shell.go.scenarios", icon: "whatif", key: "g w", right: "read scenarios" },
  { path: "/history", title: "shell.history", go: "shell.go.history", icon: "history", key: "g h", right: "read plans" },
  { path: "/office", title: "shell.office", go: "shell.go.office", icon: "office", key: "g o", right: "read setup" },
];
