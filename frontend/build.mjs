// Turns the sources here into eventhub/static/dist: hashed files, their manifest, icons, fonts and licences.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { drawIcon } from "./app-icon.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const packages = path.join(here, "node_modules");
const target = path.join(here, "..", "eventhub", "static", "dist");
const staging = `${target}.new`;

const ENTRIES = [
  "src/theme.js",
  "src/app.js",
  "src/ticket.js",
  "src/ticket-sw.js",
  "src/gate.js",
  "src/gate-kiosk.js",
  "src/gate-ready.js",
  "src/gate-sw.js",
  "src/badge-print.js",
  "src/decode-worker.js",
  "src/favicon.svg",
  "css/app.css",
  "css/gate.css",
  "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm",
];

const PDF_FONTS = [
  "inter/400Regular/Inter_400Regular.ttf",
  "inter/600SemiBold/Inter_600SemiBold.ttf",
  "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
  "noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf",
  "noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf",
  "noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf",
  "noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf",
  "noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf",
  "noto-sans-armenian/400Regular/NotoSansArmenian_400Regular.ttf",
  "noto-sans-georgian/400Regular/NotoSansGeorgian_400Regular.ttf",
];

const APP_ICONS = [192, 512]; // pixels: what browsers ask of an app that can be installed

const LICENCES = {
  "Inter (web font)": "@fontsource-variable/inter/LICENSE",
  "Inter (font of documents)": "@expo-google-fonts/inter/LICENSE_FONT",
  "Noto Sans SC": "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
  "Noto Naskh Arabic": "@expo-google-fonts/noto-naskh-arabic/LICENSE_FONT",
  "Noto Sans KR": "@expo-google-fonts/noto-sans-kr/LICENSE_FONT",
  "Noto Sans Thai": "@expo-google-fonts/noto-sans-thai/LICENSE_FONT",
  "Noto Sans Hebrew": "@expo-google-fonts/noto-sans-hebrew/LICENSE_FONT",
  "Noto Sans Devanagari": "@expo-google-fonts/noto-sans-devanagari/LICENSE_FONT",
  "Noto Sans Armenian": "@expo-google-fonts/noto-sans-armenian/LICENSE_FONT",
  "Noto Sans Georgian": "@expo-google-fonts/noto-sans-georgian/LICENSE_FONT",
  "Lucide icons": "lucide-static/LICENSE",
  "@noble/ed25519": "@noble/ed25519/LICENSE",
  "barcode-detector": "barcode-detector/LICENSE",
  "zxing-wasm (its module holds ZXing-C++, Apache-2.0)": "zxing-wasm/LICENSE",
};

const KB = 1024;
const BUDGETS = [
  { name: "style sheet", files: ["app.css"], limit: 18 * KB },
  { name: "page script", files: ["theme.js", "app.js"], limit: 18 * KB },
  { name: "fonts of an English and Russian page", files: ["inter-latin.woff2", "inter-cyrillic.woff2"], limit: 70 * KB },
];

// The dark theme is written once, with `:dark` for its root, and serves the reader's choice and the system's.
const darkTheme = {
  name: "dark-theme",
  setup(build) {
    build.onLoad({ filter: /dark\.css$/ }, async ({ path: file }) => {
      const source = await readFile(file, "utf8");
      const chosen = source.replaceAll(":dark", ':root[data-theme="dark"]');
      const followed = source.replaceAll(":dark", ':root:not([data-theme="light"])');
      return {
        contents: `@media screen { ${chosen} } @media screen and (prefers-color-scheme: dark) { ${followed} }`,
        loader: "css",
      };
    });
  },
};

async function bundle() {
  const { metafile } = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ENTRIES.filter((entry) => existsSync(path.join(here, entry))),
    outdir: staging,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "safari16.4"],
    loader: { ".woff2": "file", ".wasm": "copy", ".svg": "copy" },
    legalComments: "none",
    metafile: true,
    plugins: [darkTheme],
  });
  return Object.entries(metafile.outputs).map(([file, { inputs, entryPoint }]) => ({
    name: publicName(entryPoint ?? Object.keys(inputs)[0]),
    file: path.basename(file),
  }));
}

function publicName(source) {
  return path.basename(source).replace("-wght-normal", "");
}

async function drawSprite() {
  const names = (await readFile(path.join(here, "icons.txt"), "utf8")).trim().split("\n");
  const symbols = await Promise.all(names.map(symbolOf));
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  const file = `icons-${digest(sprite, "sha256", "hex").slice(0, 8)}.svg`;
  await writeFile(path.join(staging, file), sprite);
  return { name: "icons.svg", file };
}

async function drawAppIcon(size) {
  const icon = drawIcon(size);
  const file = `app-${size}-${digest(icon, "sha256", "hex").slice(0, 8)}.png`;
  await writeFile(path.join(staging, file), icon);
  return { name: `app-${size}.png`, file };
}

async function symbolOf(name) {
  const svg = await readFile(path.join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function copyDocumentFonts() {
  const folder = path.join(staging, "pdf-fonts");
  await mkdir(folder);
  for (const font of PDF_FONTS) {
    await cp(path.join(packages, "@expo-google-fonts", font), path.join(folder, path.basename(font)));
  }
}

async function writeNotice() {
  const parts = Object.entries(LICENCES).map(async ([name, file]) => {
    const text = await readFile(path.join(packages, file), "utf8");
    return `${name}\n${"-".repeat(name.length)}\n\n${text.trim()}\n`;
  });
  await writeFile(path.join(staging, "NOTICE"), (await Promise.all(parts)).join("\n\n"));
}

async function writeManifest(files) {
  const manifest = {};
  for (const { name, file } of files.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = await readFile(path.join(staging, file));
    manifest[name] = { file, integrity: `sha384-${digest(content, "sha384", "base64")}` };
  }
  await writeFile(path.join(staging, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

function digest(content, algorithm, encoding) {
  return createHash(algorithm).update(content).digest(encoding);
}

async function weigh(manifest, { name, files, limit }) {
  const sizes = files.map(async (file) => {
    const content = await readFile(path.join(target, manifest[file].file));
    return file.endsWith(".woff2") ? content.length : gzipSync(content, { level: 9 }).length;
  });
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  console.log(`${total > limit ? "TOO BIG" : "ok     "} ${name}: ${(total / KB).toFixed(1)} of ${limit / KB} KB`);
  return total <= limit;
}

async function build() {
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const files = await bundle();
  files.push(await drawSprite(), ...(await Promise.all(APP_ICONS.map(drawAppIcon))));
  await copyDocumentFonts();
  await writeNotice();
  const manifest = await writeManifest(files);
  await rm(target, { recursive: true, force: true });
  await rename(staging, target);
  return manifest;
}

const manifest = await build();
if (process.argv.includes("--check")) {
  const verdicts = await Promise.all(BUDGETS.map((budget) => weigh(manifest, budget)));
  process.exitCode = verdicts.every(Boolean) ? 0 : 1;
}
