// Builds tables.js, tables.css, LICENSES.txt and manifest.json for the site.
// Same sources and packages give the same bytes; nothing is fetched.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "mingbu", "site", "assets");
const BANNER = "/*! mingbu. Licences of what is bundled: LICENSES.txt beside this file. */";

// Code that a package carries inside its own files, with a licence of its own.
const EMBEDDED = [
  { name: "FileSaver.js", version: "2", inside: "datatables.net-buttons", file: "FileSaver.js.txt" },
];

async function bundle() {
  return build({
    absWorkingDir: here,
    entryPoints: { tables: "src/index.js", "tables-css": "src/tables.css" },
    entryNames: "[name]",
    outdir: out,
    bundle: true,
    format: "iife",
    minify: true,
    charset: "utf8",
    target: ["es2022", "chrome100", "firefox100", "safari15.4"],
    legalComments: "none",
    banner: { js: BANNER, css: BANNER },
    metafile: true,
    write: false,
    logLevel: "warning",
  });
}

/** Names of the npm packages that esbuild took files from. */
function bundledPackages(metafile) {
  const names = Object.keys(metafile.inputs).flatMap((path) => {
    const found = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    return found ? [found[1]] : [];
  });
  return [...new Set(names)].sort();
}

async function packageVersion(name) {
  const text = await readFile(join(here, "node_modules", name, "package.json"), "utf8");
  return JSON.parse(text).version;
}

async function licenceText(name) {
  const folder = join(here, "node_modules", name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (!file) throw new Error(`${name}: no licence file`);
  return readFile(join(folder, file), "utf8");
}

async function licences(packages) {
  const parts = [];
  for (const [name, version] of Object.entries(packages)) {
    parts.push({ title: `${name} ${version}`, text: await licenceText(name) });
    for (const { name: inner, version: innerVersion, inside, file } of EMBEDDED) {
      if (inside !== name) continue;
      const text = await readFile(join(here, "licenses", file), "utf8");
      parts.push({ title: `${inner} ${innerVersion} (inside ${name})`, text });
    }
  }
  const rule = "=".repeat(72);
  return parts
    .map(({ title, text }) => `${rule}\n${title}\n${rule}\n\n${text.replace(/\r\n/g, "\n").trim()}\n`)
    .join("\n");
}

const result = await bundle();
const packages = {};
for (const name of bundledPackages(result.metafile)) packages[name] = await packageVersion(name);

const output = (ending) => result.outputFiles.find(({ path }) => path.endsWith(ending)).text;
const files = {
  "LICENSES.txt": await licences(packages),
  "tables.css": output("tables-css.css"),
  "tables.js": output("tables.js"),
};
const manifest = {
  schema: "mingbu/assets/1",
  files: Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      {
        sha256: createHash("sha256").update(text, "utf8").digest("hex"),
        size: Buffer.byteLength(text, "utf8"),
      },
    ]),
  ),
  packages,
  tools: { esbuild: await packageVersion("esbuild") },
};

await mkdir(out, { recursive: true });
files["manifest.json"] = `${JSON.stringify(manifest, null, 2)}\n`;
for (const [name, text] of Object.entries(files)) {
  await writeFile(join(out, name), text);
  console.log(`${name} ${Buffer.byteLength(text, "utf8")} bytes`);
}
