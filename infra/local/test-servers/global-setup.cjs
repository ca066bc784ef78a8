/**
 * Jest's globalSetup and globalTeardown: the control of this run's servers (control.ts). Jest transforms what they load,
 * but resolves it as Node does, and Node does not know that `./servers.js` is written as `./servers.ts`.
 */
const { existsSync } = require('node:fs');
const Module = require('node:module');
const { dirname, resolve } = require('node:path');

function requireSources(path) {
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    if (/^\.{1,2}\/.*\.js$/.test(request) && parent?.filename !== undefined) {
      const source = resolve(dirname(parent.filename), request.replace(/\.js$/, '.ts'));
      if (existsSync(source)) return source;
    }
    return resolveFilename.call(this, request, parent, ...rest);
  };
  try {
    return require(path);
  } finally {
    Module._resolveFilename = resolveFilename;
  }
}

module.exports = async () => {
  const { beginRun } = requireSources('./begin-run.ts');
  globalThis.__breakwaterEndRun = await beginRun();
};
