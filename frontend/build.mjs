// Bundles what the browser needs into server/static/vendor, with the licences of what is inside.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const vendor = path.join(root, "server", "static", "vendor");
const modules = path.join(root, "node_modules");

await mkdir(vendor, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ["frontend/echarts.js"],
  outfile: path.join(vendor, "echarts.min.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  logLevel: "warning",
});
await copyFile(path.join(modules, "htmx.org", "dist", "htmx.min.js"), path.join(vendor, "htmx.min.js"));

const licences = [
  ["echarts", "LICENSE"],
  ["echarts", "NOTICE"],
  ["zrender", "LICENSE"],
  ["tslib", "LICENSE.txt"],
  ["htmx.org", "LICENSE"],
];
const texts = await Promise.all(
  licences.map(async ([name, file]) => {
    const { version } = JSON.parse(await readFile(path.join(modules, name, "package.json"), "utf8"));
    return `${name} ${version}, ${file}\n\n${await readFile(path.join(modules, name, file), "utf8")}`;
  }),
);
await writeFile(path.join(vendor, "LICENSES.txt"), texts.join(`\n\n${"=".repeat(80)}\n\n`));
