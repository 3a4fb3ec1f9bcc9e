// The page around the tab: it is told how tall the tab is and what kind of thing happened, no more.
// Nothing is said before that page has said hello from an origin that the campaign allows.
import { find } from './page.js';

const allowed = (find('meta[name=fanfare-parents]')?.content ?? '').split(' ').filter(Boolean);
const framed = parent !== self;
let host = null;
let held = false;
let unsaid = [];

/** Tell the host page that something of this kind happened: view, submit, reward, optin. */
export function tellHost(kind, detail = {}) {
  if (!framed) return;
  if (host) parent.postMessage({ fanfare: kind, ...detail }, host);
  else unsaid.push([kind, detail]);
}

/** Tell the host page how tall the tab is; not during a transition, which a new height would abort. */
export function tellHeight() {
  if (!framed || held) return;
  try { window.requestResize?.(); } catch { /* the frame does not size itself */ }
  if (host) parent.postMessage({ fanfare: 'height', h: Math.ceil(document.body.getBoundingClientRect().height) }, host);
}

export function hold(yes) { held = yes; }

if (framed) {
  addEventListener('message', ({ data, origin, source }) => {
    if (data?.fanfare !== 'hello' || source !== parent || !allowed.includes(origin)) return;
    host = origin;
    for (const [kind, detail] of unsaid) tellHost(kind, detail);
    unsaid = [];
    tellHeight();
  });
  new ResizeObserver(tellHeight).observe(document.body);
}
