/** What the build changes in packages on their way into a bundle, mostly for the sake of the time to the first frame. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./setup.mjs";

const require = createRequire(import.meta.url);

const SIMPLE_WIDTH = join(ROOT, "source", "ui", "simple-width.ts");
const SCREEN_OUTPUT = join(ROOT, "source", "ui", "screen-output.ts");

/** Loads iced-x86 as the CommonJS module it is: as an import, Node first parses its 900 KB in search of export names. */
export const requireIced = {
  name: "require-iced-x86",
  setup(build) {
    build.onResolve({ filter: /^iced-x86$/ }, ({ kind }) =>
      kind === "require-call" ? { external: true } : { path: "iced-x86", namespace: "required", sideEffects: false },
    );
    build.onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require("${path}");`,
    }));
  },
};

/** Has commands come out of a script that they share, which bin/bundle.cjs loads from dist/ when one of them is wanted. */
export const commandsOf = (commands, script) => ({
  name: "commands-of-a-script",
  setup(build) {
    build.onResolve({ filter: new RegExp(`^\\./commands/(${commands.join("|")})\\.js$`) }, ({ path }) => ({
      path: /(\w+)\.js$/.exec(path)[1],
      namespace: "commands",
    }));
    build.onLoad({ filter: /.*/, namespace: "commands" }, ({ path }) => ({
      contents: `
        const { load } = require("../bin/bundle.cjs");
        exports.main = load(require("node:path").join(__dirname, "${script}")).${path}.main;`,
    }));
    build.onResolve({ filter: /bundle\.cjs$/, namespace: "commands" }, ({ path }) => ({ path, external: true }));
  },
});

/** Puts the faster string-width of source/ui/simple-width.ts in the place of the package, which it imports itself. */
export const simpleStringWidth = {
  name: "simple-string-width",
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer === SIMPLE_WIDTH ? undefined : { path: SIMPLE_WIDTH, sideEffects: false },
    );
  },
};

/** Puts source/ui/screen-output.ts, over the original, in the place of the part of Ink that makes text of what is drawn. */
export const rememberingOutput = {
  name: "remembering-output",
  setup(build) {
    build.onResolve({ filter: /^\.\/output\.js$/ }, ({ importer, resolveDir }) =>
      importer.endsWith("ink/build/renderer.js")
        ? { path: join(resolveDir, "output.js"), namespace: "screen-output" }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "screen-output" }, ({ path }) => ({
      resolveDir: ROOT,
      contents: `
        import General from ${JSON.stringify(path)};
        import { screenOutput } from ${JSON.stringify(SCREEN_OUTPUT)};
        export default screenOutput(General);`,
    }));
  },
};

/**
 * Has modules of Node load when something of theirs is first used: those that a start names and does not use, and that are
 * large.
 */
export const lazyBuiltins = {
  name: "lazy-builtins",
  setup(build) {
    build.onResolve({ filter: /^(node:)?(child_process|crypto|dgram|http|net|zlib)$/ }, ({ path, namespace }) =>
      namespace === "lazy-builtin" ? { path, external: true } : { path, namespace: "lazy-builtin" },
    );
    build.onLoad({ filter: /.*/, namespace: "lazy-builtin" }, ({ path }) => ({
      contents: `for (const name of ${JSON.stringify(Object.keys(require(path)))})
        Object.defineProperty(exports, name, { enumerable: true, get: () => require(${JSON.stringify(path)})[name] });`,
    }));
  },
};

/** A package's file with some of its text replaced. Fails where the text is not there: the package is another then. */
function replaced(path, ...replacements) {
  let text = readFileSync(path, "utf8");
  for (const [before, after] of replacements) {
    if (before instanceof RegExp ? !before.test(text) : !text.includes(before))
      throw new Error(`${path} no longer has "${before}"; see scripts/bundle-plugins.mjs`);
    text = text.replace(before, after);
  }
  return text;
}

/** Has the expressions of string-width that list every emoji, which are slow to read, read when they are first of use. */
export const lazyEmoji = {
  name: "lazy-emoji",
  setup(build) {
    const expression = "/^\\p{RGI_Emoji}$/v";
    build.onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, ({ path }) => ({
      contents: replaced(path, [
        `const rgiEmojiRegex = ${expression};`,
        `let emoji; const rgiEmojiRegex = { test: (text) => (emoji ??= ${expression}).test(text) };`,
      ]),
    }));
  },
};

/**
 * Has iced-x86 compiled when its first instruction is wanted, and leaves out what is a third of its text: the names of its
 * codes, of which the kernel needs one.
 */
export const lazyDecoder = {
  name: "lazy-decoder",
  setup(build) {
    build.onLoad({ filter: /iced-x86\/iced_x86\.js$/ }, ({ path }) => ({
      contents: replaced(
        path,
        ["const bytes = require('fs').readFileSync(path);", ""],
        ["const wasmModule = new WebAssembly.Module(bytes);", ""],
        ["const wasmInstance = new WebAssembly.Instance(wasmModule, imports);", ""],
        [
          "wasm = wasmInstance.exports;",
          `wasm = new Proxy({}, {
            get(_, name) {
              wasm = new WebAssembly.Instance(new WebAssembly.Module(require('fs').readFileSync(path)), imports).exports;
              return wasm[name];
            },
          });`,
        ],
        ["module.exports.__wasm = wasm;", ""],
        [/module\.exports\.Code = Object\.freeze\(\{[^}]*\}\)/, "module.exports.Code = { INVALID: 0 }"],
      ),
    }));
  },
};

/** meow wants a manifest, which it is given, in a form that takes a licence checker and a parser of versions to make. */
export const plainManifest = {
  name: "plain-manifest",
  setup(build) {
    build.onLoad({ filter: /meow\/build\/dependencies\.js$/ }, ({ path }) => ({
      contents: replaced(path, ["var normalizeExports = requireNormalize();", "var normalizeExports = () => {};"]),
    }));
  },
};

/**
 * Makes Yoga, which lays the screen out, be there when its module has run: a script cannot wait for it, and its own loader
 * would go through fetch, which takes a tenth of a second to get ready.
 */
export const readyYoga = {
  name: "ready-yoga",
  setup(build) {
    const folder = join(ROOT, "node_modules", "yoga-layout", "dist");
    const text = readFileSync(join(folder, "binaries", "yoga-wasm-base64-esm.js"), "utf8");
    const [embedded, base64] = /"data:application\/octet-stream;base64,([^"]+)"/.exec(text) ?? [];
    if (embedded === undefined)
      throw new Error("yoga-layout no longer embeds its WebAssembly; see scripts/bundle-plugins.mjs");
    build.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, () => ({ contents: text.replace(embedded, '"yoga.wasm"') }));
    build.onResolve({ filter: /^yoga-layout-binary$/ }, ({ path }) => ({ path, namespace: "yoga" }));
    build.onLoad({ filter: /.*/, namespace: "yoga" }, () => ({
      contents: Buffer.from(base64, "base64"),
      loader: "binary",
    }));
    build.onLoad({ filter: /yoga-layout\/dist\/src\/index\.js$/ }, () => ({
      resolveDir: join(folder, "src"),
      contents: `
        import binary from "yoga-layout-binary";
        import loadYoga from "../binaries/yoga-wasm-base64-esm.js";
        import wrapAssembly from "./wrapAssembly.js";
        const module = {
          instantiateWasm(imports, receive) {
            const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), imports);
            receive(instance);
            return instance.exports;
          },
        };
        loadYoga(module);
        export default wrapAssembly(module);
        export * from "./generated/YGEnums.js";`,
    }));
  },
};

/** Takes out of Ink what it waits for while it loads, for its developers' tools alone: a script cannot wait. */
export const withoutDevelopersTools = {
  name: "without-developers-tools",
  setup(build) {
    build.onLoad({ filter: /ink\/build\/reconciler\.js$/ }, ({ path }) => ({
      contents: replaced(path, ["await import('./devtools.js')", "undefined"], ["await loadPackageJson()", "{}"]),
    }));
  },
};
