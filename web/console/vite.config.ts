import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import { compressed } from "../compressed.ts";

/** The font's licence wants to be passed on with it; the list of licences knows of code alone. */
const FONT = new URL("../node_modules/@fontsource-variable/inter/LICENSE", import.meta.url);
const fontLicence: Plugin = {
  name: "font-licence",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "licence-of-inter.txt", source: readFileSync(FONT, "utf8") });
  },
};

export default defineConfig({
  base: "/console/",
  // A policy that lets nothing inline run lets no preloader of ours run either; browsers load modules well without it.
  build: {
    outDir: "../../dispatch/web/console",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // What is in the bundle is under licences that want to be passed on with it.
    license: { fileName: "licences.md" },
    // MapLibre is one piece of a megabyte; it is loaded once and kept.
    chunkSizeWarningLimit: 1600,
    rolldownOptions: {
      // Libraries that also run on servers say where they do; here that says nothing.
      onLog: (level, log, next) => log.code !== "MODULE_LEVEL_DIRECTIVE" && next(level, log),
      checks: { pluginTimings: false },
    },
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
  },
  plugins: [fontLicence, compressed()],
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});
