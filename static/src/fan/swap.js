// A new screen into #tab: the focus goes to its heading, its modules are fetched, the host page is told.
import { calm, find, pageWords, say } from './page.js';
import { post } from './send.js';
import { hold, tellHost, tellHeight } from './host.js';

/** Put a screen in place of the one there is.  Whole pages are understood too. */
export async function show(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const next = find('#tab', page) ?? page.body;
  const put = () => {
    find('#tab').replaceChildren(...next.childNodes);
    dispatchEvent(new Event('fanfare-swap'));
    arrive();
  };
  if (!document.startViewTransition || calm()) return put();
  hold(true);
  const transition = document.startViewTransition(put);
  transition.ready.catch(() => {}); // turned, or resized, on the way: the new screen is there all the same
  transition.finished.catch(() => {}).finally(() => { hold(false); tellHeight(); });
  return transition.updateCallbackDone.catch(() => {});
}

function arrive() {
  const stage = find('#stage');
  find('.bar .langs')?.remove(); // its links know nothing of this screen
  const brand = document.title.split(' · ').pop();
  document.title = `${stage.dataset.title} · ${brand}`;
  scrollTo(0, 0);
  (find('[role=alert]', stage) ?? find('h1', stage))?.focus();
  const verdict = find('.verdict, .won', stage);
  if (verdict) say(verdict.textContent.trim().replace(/\s+/g, ' '));
  enhance();
  tellHeight();
}

/** Wake what this screen has: copy buttons, and each module that an element asks for. */
export function enhance() {
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
  for (const element of document.querySelectorAll('[data-enhance]')) {
    const address = element.dataset.enhance;
    element.removeAttribute('data-enhance');
    import(address).then((module) => module.default(element, { calm, post, say, show, pageWords }), () => {});
  }
  const view = find('[data-view]');
  tellHost('view', { view: view?.dataset.view });
  for (const event of document.querySelectorAll('[data-event=reward]')) tellHost(event.dataset.event);
}
