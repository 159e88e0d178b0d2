/** The service worker, built after the page: it knows by their names the files that it keeps. */

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { defineConfig } from "vite";
import { compressed } from "../compressed.ts";

const BUILT = "../../mobile_api/web/field";
const AT_ONCE = ["/field", "/field/manifest.webmanifest", "/field/icon.svg", "/field/icon-192.png", "/field/badge-96.png"];

/** What the page needs to begin with, and what can wait until it has: the map, mostly. */
async function files(): Promise<{ atOnce: string[]; later: string[]; build: string }> {
  const folder = new URL(`${BUILT}/`, import.meta.url);
  const document = await readFile(new URL("index.html", folder), "utf8");
  const assets = (await readdir(new URL("assets/", folder))).filter((one) => !one.endsWith(".gz")).map((one) => `/field/assets/${one}`);
  const needed = assets.filter((one) => document.includes(one));
  return {
    atOnce: [...AT_ONCE, ...needed.sort()],
    later: assets.filter((one) => !needed.includes(one)).sort(),
    build: createHash("sha256").update(document).update(assets.sort().join()).digest("hex").slice(0, 12),
  };
}

export default defineConfig(async () => ({
  base: "/field/",
  publicDir: false as const,
  define: Object.fromEntries(
    Object.entries(await files()).map(([name, value]) => [`__${name.toUpperCase()}__`, JSON.stringify(value)]),
  ),
  build: {
    outDir: BUILT,
    emptyOutDir: false,
    // One script, of no module type: every browser that has service workers takes it.
    lib: { entry: "src/worker/main.ts", name: "worker", formats: ["iife" as const], fileName: () => "sw.js" },
  },
  plugins: [compressed()],
}));
