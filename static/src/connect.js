// Connecting with a window of its own, and without third-party cookies.
//
// The tab keeps a secret (the verifier) and shows the window only its hash (the challenge).  The window
// ends with a one-time code, which comes by message, or by asking the server where the provider has
// cut the two windows apart (Cross-Origin-Opener-Policy).  Code and secret together are the way in.
// Source: RFC 7636 for the pair of verifier and challenge.

const EVERY_MS = 2000;
const AT_MOST_MS = 10 * 60_000;

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export default async function connect(section, tab) {
  const form = section.querySelector('form');
  const links = section.querySelectorAll('a[target]');
  await keepOwnSecret(form, links);
  const waiting = wait(section, form, tab);
  for (const link of links) link.addEventListener('click', (event) => open(event, link, waiting));
  form.dataset.ready = '';
}

/**
 * A secret made here replaces the one that came with the page; without WebCrypto that one stays.
 * A link clicked before this ran still leads back with the page's own, so "I have connected" sends both.
 */
async function keepOwnSecret(form, links) {
  if (!globalThis.crypto?.subtle) return;
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const spare = form.elements.verifier.cloneNode();
  spare.name = 'page_verifier';
  form.append(spare);
  form.elements.verifier.value = verifier;
  for (const link of links) {
    const address = new URL(link.href);
    address.searchParams.set('ch', base64url(new Uint8Array(hash)));
    link.href = address;
  }
}

/** The window; where it is blocked, the link opens its new tab as if there were no script. */
function open(event, link, waiting) {
  const opened = window.open(link.href, 'fanfare-connect', 'popup,width=480,height=720');
  if (opened) event.preventDefault();
  waiting(opened);
}

/** Wait for the code by message and by asking, whichever is first; then go in with it, once. */
function wait(section, form, tab) {
  let opened = null;
  let until = 0;
  let taken = false;

  async function take(code) {
    if (taken) return;
    taken = true;
    const fields = new FormData(form);
    fields.set('code', code);
    const answer = await tab.post(form.dataset.redeem, fields);
    if (answer) await tab.show(answer.html);
  }

  async function ask() {
    if (taken || !section.isConnected || Date.now() > until) { until = 0; return; }
    try {
      const body = new URLSearchParams({ verifier: form.elements.verifier.value });
      const response = await fetch(form.dataset.poll, { method: 'POST', body, headers: { Accept: 'application/json' } });
      const { code } = response.ok ? await response.json() : {};
      if (code) { take(code); return; }
    } catch { /* asked again below */ }
    setTimeout(ask, EVERY_MS);
  }

  addEventListener('message', ({ data, origin, source }) => {
    if (origin === location.origin && opened && source === opened && data?.fanfare === 'code') take(data.code);
  });

  return (window_) => {
    opened = window_ ?? opened;
    const note = form.querySelector('[data-wait]');
    note.textContent = form.dataset.waiting;
    note.classList.add('waiting');
    tab.say(form.dataset.waiting);
    const asking = until > 0;
    until = Date.now() + AT_MOST_MS;
    if (!asking) setTimeout(ask, EVERY_MS);
  };
}
