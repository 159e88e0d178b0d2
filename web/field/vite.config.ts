import { defineConfig } from "vite";
import { compressed } from "../compressed.ts";

export default defineConfig({
  base: "/field/",
  // A policy that lets nothing inline run lets no preloader of ours run either; browsers load modules well without it.
  build: {
    outDir: "../../mobile_api/web/field",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // What is in the bundle is under licences that want to be passed on with it.
    license: { fileName: "licences.md" },
    // MapLibre is one piece of a megabyte; it is loaded when the map is opened, or once the day is here.
    chunkSizeWarningLimit: 1600,
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
  },
  plugins: [compressed()],
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8765" } },
});
