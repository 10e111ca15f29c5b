import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { compressed } from "./scripts/compressed.ts";

// The API compares the Origin of a request with its Host, which therefore stays the browser's.
const api = {
  target: `http://127.0.0.1:${process.env.ORDERFLOW_API_PORT ?? "8088"}`,
  changeOrigin: false,
};

/** Puts the API's interactive description beside the pages: /docs loads nothing from elsewhere. */
function apiDocs(): Plugin {
  const files = ["swagger-ui-bundle.js", "swagger-ui.css"];
  return {
    name: "orderflow-api-docs",
    apply: "build",
    generateBundle() {
      for (const file of files) {
        const path = new URL(`./node_modules/swagger-ui-dist/${file}`, import.meta.url);
        const source = readFileSync(path, "utf8").replace(
          /\n?(\/\/|\/\*)# sourceMappingURL=.*$/m,
          "",
        );
        this.emitFile({ type: "asset", fileName: `docs/${file}`, source });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), apiDocs(), compressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../api/pages",
    emptyOutDir: true,
    target: "es2023",
    // A data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs comes in two files instead of thirty; the libraries of it stay in
          // browsers when only ours changes.
          groups: [
            { name: "libraries", test: /node_modules/, tags: ["$initial"], priority: 1 },
            { name: "start", tags: ["$initial"] },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": api, "/webhooks": api },
  },
  preview: { host: "127.0.0.1", proxy: { "/api": api } },
});
