// A form to the server, a screen back.  The form carries an idempotency key, so sending it again is safe.
import { find, pageWords, say } from './page.js';

const PATIENCE_MS = 12_000;
const TRIES = 6;
const SOON_S = 10;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
const untilOnline = () => new Promise((done) => { addEventListener('online', done, { once: true }); });

/**
 * Send fields to an address of ours.
 * @returns {Promise<{ok: boolean, html: string} | null>} null when the fan gave up
 */
export async function post(address, fields) {
  for (let tried = 0; ; tried += 1) {
    try {
      const response = await once(address, fields);
      if (response.status < 500 && !comesSoon(response)) {
        notice('');
        return { ok: response.ok, html: await response.text() };
      }
    } catch { /* no network, or too slow: try again below */ }
    if (tried + 1 >= TRIES) {
      if (!(await askAgain())) return null;
      tried = 0;
    }
    await breathe(tried);
  }
}

/** A refusal that passes in seconds: the same form is still being worked on, or came too fast for a person. */
function comesSoon(response) {
  const seconds = Number(response.headers.get('Retry-After'));
  return [409, 429].includes(response.status) && seconds > 0 && seconds <= SOON_S;
}

const once = (address, fields) => fetch(address, {
  method: 'POST',
  body: new URLSearchParams(fields),
  headers: { 'X-Fragment': '1' },
  signal: AbortSignal.timeout?.(PATIENCE_MS),
});

/** Wait longer each time, and not in step with everybody else; being back online ends the wait. */
async function breathe(tried) {
  if (!navigator.onLine) {
    notice(pageWords.offline);
    await Promise.race([untilOnline(), pause(15_000)]);
    return;
  }
  notice(pageWords.slow);
  await Promise.race([untilOnline(), pause(Math.min(8000, 500 * 2 ** tried) * (0.7 + Math.random() * 0.6))]);
}

/** After many tries the fan decides. */
function askAgain() {
  const note = notice(pageWords.failed);
  const button = document.createElement('button');
  button.className = 'ghost';
  button.textContent = pageWords.again;
  note.append(button);
  return new Promise((done) => {
    button.addEventListener('click', () => { note.remove(); done(true); });
    addEventListener('fanfare-swap', () => done(false), { once: true });
  });
}

function notice(text) {
  const note = find('.net');
  if (!text) return note?.remove();
  if (note?.textContent === text) return note;
  note?.remove();
  const fresh = document.createElement('p');
  fresh.className = 'net';
  fresh.textContent = text;
  document.body.append(fresh);
  say(text);
  return fresh;
}
