import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.SKYLABEL_SERVER ?? "http://localhost:8080";

/** Imports each icon from its own file: the package's index would pull in 6,000 modules. */
function iconFiles(): Plugin {
  const named = /import \{([^}]+)\} from "@tabler\/icons-react";/g;
  return {
    name: "icon-files",
    enforce: "pre",
    transform: {
      filter: { id: /\/src\/.*\.tsx$/, code: "@tabler/icons-react" },
      handler: (code) =>
        code.replace(named, (_, names: string) =>
          names
            .split(",")
            .map((name) => name.trim())
            .filter((name) => name && !name.startsWith("type "))
            .map((name) => `import ${name} from "@tabler/icons-react/dist/esm/icons/${name}.mjs";`)
            .join(" "),
        ),
    },
  };
}

export default defineConfig({
  plugins: [iconFiles(), react()],
  build: { target: "es2023", manifest: true, chunkSizeWarningLimit: 700 },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: server } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.mjs"],
    setupFiles: ["src/testSetup.ts"],
    restoreMocks: true,
    // Machines that test are often busy with other tests.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
