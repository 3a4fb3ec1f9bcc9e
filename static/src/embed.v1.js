// The loader that a brand puts on its page:
//
//   <div data-fanfare="spring-cup" data-title="The Spring Cup"><a href="https://…/t/spring-cup">Play the Spring Cup</a></div>
//   <script async src="https://…/static/dist/embed.v1.js" integrity="sha384-…" crossorigin></script>
//
// The link inside shows wherever this script does not run.  No cookies, no storage; styles are set by
// script, so a host page with `style-src 'self'` is fine.  Attributes: data-title, data-min-height (px),
// data-lang, data-mode="inline|popup|slide", data-open (opens at once), data-utm (names of parameters to pass on),
// data-close (the word on the close button).
// Events, bubbling, without personal data: fanfare:view, fanfare:submit, fanfare:reward, fanfare:optin, fanfare:close.

const ours = new URL(document.currentScript.src).origin;
const EVENTS = ['view', 'submit', 'reward', 'optin'];
const frames = new Map();

const style = (element, rules) => Object.assign(element.style, rules);
const emit = (place, kind, detail = {}) => place.dispatchEvent(new CustomEvent(`fanfare:${kind}`, { bubbles: true, detail }));

function address({ fanfare, lang, utm = 'utm_source,utm_medium,utm_campaign,utm_content,utm_term' }) {
  const to = new URL(`/t/${encodeURIComponent(fanfare)}`, ours);
  const here = new URLSearchParams(location.search);
  to.searchParams.set('o', location.origin);
  to.searchParams.set('src', 'embed');
  if (lang) to.searchParams.set('lang', lang);
  for (const name of utm.split(',')) if (here.has(name.trim())) to.searchParams.set(name.trim(), here.get(name.trim()));
  return to.href;
}

function makeFrame(place, fills) {
  const frame = document.createElement('iframe');
  const { title, minHeight = 480 } = place.dataset;
  frame.title = title || place.textContent.trim();
  frame.allow = 'clipboard-write';
  frame.referrerPolicy = 'strict-origin-when-cross-origin';
  frame.loading = fills ? 'eager' : 'lazy';
  const least = `${+minHeight || 480}px`;
  style(frame, { display: 'block', width: '100%', height: fills ? '100%' : least, border: '0', colorScheme: 'normal' });
  if (!fills) frame.style.minHeight = least;
  if (!fills && CSS.supports('frame-sizing', 'content-height')) {
    frame.style.setProperty('frame-sizing', 'content-height');
    frame.style.height = 'auto';
  }
  frames.set(frame, { place, fills });
  frame.addEventListener('load', () => frame.contentWindow.postMessage({ fanfare: 'hello' }, ours));
  frame.src = address(place.dataset);
  return frame;
}

/** A dialog of the browser's own: it keeps the focus inside and Escape closes it. */
function makeDialog(place, link) {
  const { title, mode, close = 'Close' } = place.dataset;
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', title || link.textContent.trim());
  style(dialog, { padding: '0', border: '0', borderRadius: '14px', overflow: 'hidden', width: 'min(100vw, 30rem)', height: 'min(100dvh, 46rem)', maxWidth: 'none', maxHeight: 'none' });
  if (mode === 'slide') style(dialog, { margin: '0', inset: '0 0 0 auto', height: '100dvh', borderRadius: '0' });
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = close;
  style(button, { position: 'absolute', top: '8px', insetInlineEnd: '8px', minWidth: '44px', minHeight: '44px', padding: '0 12px', border: '0', borderRadius: '10px', font: '600 15px system-ui', background: '#fff', color: '#15161a', cursor: 'pointer' });
  button.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => { emit(place, 'close'); link.focus(); });
  dialog.append(button);
  document.body.append(dialog);
  return dialog;
}

function onDemand(place, link) {
  let dialog;
  const open = () => {
    dialog ??= makeDialog(place, link);
    if (!dialog.querySelector('iframe')) dialog.prepend(makeFrame(place, true));
    dialog.showModal();
  };
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  if ('open' in place.dataset) open();
}

/** Where the browser sizes the frame by itself it never gets lower than its page was at first; so the message decides. */
function fit(frame, height) {
  if (Math.abs(frame.offsetHeight - height) > 1) frame.style.height = `${Math.min(6000, Math.max(120, height))}px`;
}

function scan() {
  for (const place of document.querySelectorAll('[data-fanfare]:not([data-fanfare-on])')) {
    place.dataset.fanfareOn = '';
    const link = place.querySelector('a');
    if (link && /^(popup|slide)$/.test(place.dataset.mode)) onDemand(place, link);
    else place.replaceChildren(makeFrame(place, false));
  }
}

addEventListener('message', ({ data, origin, source }) => {
  if (origin !== ours || !data?.fanfare) return;
  for (const [frame, known] of frames) {
    if (frame.contentWindow !== source) continue;
    if (data.fanfare === 'height') {
      if (!known.fills && Number.isInteger(data.h)) fit(frame, data.h);
    } else if (EVENTS.includes(data.fanfare)) {
      if (data.fanfare === 'view' && known.seen && frame.getBoundingClientRect().top < 0) frame.scrollIntoView({ block: 'start' });
      known.seen = true;
      emit(known.place, data.fanfare, typeof data.view === 'string' ? { view: data.view } : {});
    }
  }
});

scan();
document.addEventListener('DOMContentLoaded', scan);
