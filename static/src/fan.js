// The fan's tab, made quicker.  Every form works without this file: it only turns a submit into a
// swap of the screen, and survives a bad network on the way.
//
//   fan/page.js   the live region, reduced motion, the page's own words
//   fan/send.js   a form to the server and a screen back; the same key on every try
//   fan/swap.js   a new screen in, the focus on its heading, the modules that enhance it
//   fan/host.js   what the page around the tab is told: height and events, never personal data
//
// A module for one screen: put its address into `data-enhance` of the element it enhances; it exports
// a default function (element, tab).
import { busy, pageWords, say } from './fan/page.js';
import { post } from './fan/send.js';
import { enhance, show } from './fan/swap.js';
import { tellHost } from './fan/host.js';

async function submitted(event) {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== 'post' || form.target === '_blank') return;
  event.preventDefault();
  if (busy(form)) return;
  const fields = new FormData(form, button);
  busy(form, true);
  tellHost('submit');
  const answer = await post(form.action, fields);
  busy(form, false);
  if (!answer) return;
  if (answer.ok && button?.dataset.event) tellHost(button.dataset.event);
  await show(answer.html);
}

async function copy(button) {
  const code = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = button.dataset.copied;
    say(button.dataset.copied);
  } catch {
    getSelection().selectAllChildren(code);
    say(pageWords.select);
  }
}

// A page turn that is cut short, because the frame was resized meanwhile, is no error: the new page is there.
const unhurt = (turn) => turn?.ready.catch(() => {});
addEventListener('pageswap', (event) => unhurt(event.viewTransition));
addEventListener('pagereveal', (event) => unhurt(event.viewTransition));
unhurt(document.activeViewTransition);

addEventListener('submit', submitted);
addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-copy]');
  if (button) copy(button);
});
enhance();

// A view of the tab is counted; without scripts a picture does it.
const seen = document.querySelector('[data-saw]');
if (seen) fetch(seen.dataset.saw, { method: 'POST', keepalive: true }).catch(() => {});
