// Makes static/dist from static/src: `npm run build`.  The result is committed, so that running
// Fanfare needs no Node; the same sources give the same bytes.
//
// To add a bundle: one file in static/src.  `name.css` becomes a stylesheet, `name.js` an ES module and
// `embed.*.js` a classic script for host pages; what they import lives in folders beside them.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { bundle } from 'lightningcss';

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, 'src');
const dist = join(here, 'dist');

const BROWSERS = { chrome: [111, 0], firefox: [121, 0], safari: [16, 4] };
const hashOf = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);

function script(name) {
  const made = esbuild.buildSync({
    entryPoints: [join(src, name)],
    bundle: true,
    minify: true,
    format: name.startsWith('embed.') ? 'iife' : 'esm',
    target: Object.entries(BROWSERS).map(([browser, version]) => browser + version.join('.')),
    legalComments: 'none',
    write: false,
  });
  return Buffer.from(made.outputFiles[0].contents);
}

function style(name) {
  const targets = Object.fromEntries(Object.entries(BROWSERS).map(([browser, [major, minor]]) => [browser, (major << 16) | (minor << 8)]));
  return Buffer.from(bundle({ filename: join(src, name), minify: true, targets }).code);
}

/** What the sources are, so that a stale build is seen without Node (tests/fan_look/test_build.py). */
function digestOfSources() {
  const names = readdirSync(src, { recursive: true }).filter((name) => /\.(js|css)$/.test(name)).sort();
  return hashOf('sha256', names.map((name) => `${name} ${hashOf('sha256', readFileSync(join(src, name)), 'hex')}\n`).join(''), 'hex');
}

const names = readdirSync(src).filter((name) => /\.(js|css)$/.test(name)).sort();
const files = names.map((name) => [name, name.endsWith('.css') ? style(name) : script(name)]);

// A running server keeps reading these files: they are written over, and only what is no longer built goes.
mkdirSync(dist, { recursive: true });
for (const [name, bytes] of files) writeFileSync(join(dist, name), bytes);
for (const name of readdirSync(dist)) if (name !== 'manifest.json' && !names.includes(name)) rmSync(join(dist, name));
const integrity = Object.fromEntries(files.map(([name, bytes]) => [name, `sha384-${hashOf('sha384', bytes, 'base64')}`]));
writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify({ integrity, sources: digestOfSources() }, null, 1)}\n`);
