/**
 * Runs a bundle of dist/ that is one script, with the code that V8 compiled of it the last time it was built: parsing and
 * compiling is half of what a start costs. Where there is none, or it is of another Node, V8 compiles as ever.
 *
 * DENALI_KEEP_CODE, milliseconds from one time that what V8 has compiled is written to the next, is for scripts/rehearse.mjs.
 */

const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname } = require("node:path");
const { constants, Script } = require("node:vm");

/**
 * @param path of a script that is one expression: a function that takes what a CommonJS module is given
 * @returns what the script exports
 */
exports.load = function load(path) {
  const cachedData = process.env.DENALI_KEEP_CODE ? undefined : compiledCode(`${path}.compiled`);
  const script = new Script(readFileSync(path, "latin1"), {
    filename: path,
    ...(cachedData ? { cachedData } : {}),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  const { DENALI_KEEP_CODE: interval } = process.env;
  if (interval) setInterval(keep, Number(interval), script, `${path}.compiled`).unref();
  return module.exports;
};

function compiledCode(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // Slower, and that is all.
  }
}

/** Appears whole or not at all. */
function keep(script, path) {
  writeFileSync(`${path}.new`, script.createCachedData());
  renameSync(`${path}.new`, path);
}
