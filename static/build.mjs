// Makes static/dist from static/src: `npm run build`.  The result is committed, so that running
// Fanfare needs no Node; the same sources give the same bytes.
//
// To add a bundle: put its name into MODULES (ES modules) or LOADERS (classic scripts of host pages).
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { bundle } from 'lightningcss';

const MODULES = ['fan', 'connect', 'done', 'scratch', 'confetti'];
const LOADERS = ['embed.v1'];
const STYLES = ['fan'];

const here = dirname(fileURLToPath(import.meta.url));
const source = (name) => join(here, 'src', name);
const dist = join(here, 'dist');

function script(name, format) {
  const made = esbuild.buildSync({
    entryPoints: [source(`${name}.js`)],
    bundle: true,
    minify: true,
    format,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    write: false,
  });
  return Buffer.from(made.outputFiles[0].contents);
}

function style(name) {
  const targets = { chrome: 111 << 16, firefox: 115 << 16, safari: (16 << 16) | (4 << 8) };
  return Buffer.from(bundle({ filename: source(`${name}.css`), minify: true, targets }).code);
}

/** What the sources were, so that a stale build is seen without Node. */
function digestOf(names) {
  const digest = createHash('sha256');
  for (const name of names.sort()) digest.update(`${name}\0`).update(readFileSync(join(here, name))).update('\0');
  return digest.digest('hex');
}

const files = {
  ...Object.fromEntries(MODULES.map((name) => [`${name}.js`, script(name, 'esm')])),
  ...Object.fromEntries(LOADERS.map((name) => [`${name}.js`, script(name, 'iife')])),
  ...Object.fromEntries(STYLES.map((name) => [`${name}.css`, style(name)])),
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const manifest = {};
for (const name of Object.keys(files).sort()) {
  writeFileSync(join(dist, name), files[name]);
  manifest[name] = {
    version: createHash('sha256').update(files[name]).digest('hex').slice(0, 12),
    integrity: `sha384-${createHash('sha384').update(files[name]).digest('base64')}`,
  };
}
manifest.sources = digestOf(['build.mjs', ...readdirSync(join(here, 'src'), { recursive: true }).filter((name) => /\.(js|css)$/.test(name)).map((name) => `src/${name}`)]);
writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
