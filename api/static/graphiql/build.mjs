// Builds the explorer into this folder; BUILD.md says how to run it. Not part of the running service.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const modules = resolve(process.argv[2] ?? "node_modules");
const esbuild = createRequire(join(modules, "x.js"))("esbuild");
const here = dirname(fileURLToPath(import.meta.url));
const fingerprint = ["build.mjs", "entry.css", "entry.jsx"]
  .reduce((hash, file) => hash.update(readFileSync(join(here, file))), createHash("sha256")).digest("hex");

// GraphiQL's stylesheet already holds Monaco's, and 470 kB of web fonts: system fonts do instead.
const plainStyles = {
  name: "plain-styles",
  setup(build) {
    build.onLoad({ filter: /monaco-editor\/esm\/.*\.css$/ }, () => ({ contents: "", loader: "css" }));
    build.onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*"?(Roboto|Fira Code)"?[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};

// GraphiQL prettifies variables with Prettier's Babel parser (0.5 MB); the JSON parser it has does it too.
const plainJson = {
  name: "plain-json",
  setup(build) {
    build.onLoad({ filter: /@graphiql\/react\/dist\/utility\/jsonc\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /async function formatJSONC[^]*?\n}\n/,
        `import { applyEdits, format } from "jsonc-parser";
         const LAYOUT = { insertSpaces: true, tabSize: 2 };
         async function formatJSONC(content) {
           return applyEdits(content, format(content, undefined, LAYOUT));
         }\n`,
      ),
    }));
  },
};

const result = await esbuild.build({
  absWorkingDir: dirname(modules),
  nodePaths: [modules],
  entryPoints: {
    graphiql: join(here, "entry.jsx"),
    "editor.worker": join(modules, "monaco-editor/esm/vs/editor/editor.worker.js"),
    "json.worker": join(modules, "monaco-editor/esm/vs/language/json/json.worker.js"),
    "graphql.worker": join(modules, "monaco-graphql/esm/graphql.worker.js"),
  },
  outdir: here,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome100", "firefox100", "safari15.4"], // plain CSS for older browsers of offices
  charset: "utf8",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "dataurl", ".svg": "dataurl" },
  legalComments: "none", // the licences of everything bundled go into LICENSES.txt, whole
  plugins: [plainStyles, plainJson],
  alias: { "prettier/parser-graphql": "prettier/plugins/graphql" }, // one copy, not two
  banner: { js: `/* sources sha256 ${fingerprint} */` }, // a test compares it: no stale bundle lands
  metafile: true,
  logLevel: "warning",
});

const bundled = new Set(
  Object.values(result.metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[0])
    .filter(Boolean),
);
const licences = [...bundled].sort().map((folder) => {
  const root = resolve(dirname(modules), folder);
  const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const texts = readdirSync(root).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)(\.(md|txt))?$/i.test(file))
    .map((file) => readFileSync(join(root, file), "utf8").replaceAll("\r", "").replace(/[ \t]+$/gm, "").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n") + "\n";
});
writeFileSync(join(here, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

for (const output of Object.keys(result.metafile.outputs)) {
  const path = resolve(dirname(modules), output);
  console.log(String(statSync(path).size).padStart(9), path.slice(here.length + 1));
}
