// What the page itself knows: its words, its live region, whether the fan wants calm.

export const find = (selector, within = document) => within.querySelector(selector);

/** The page's own words in the fan's language, from the body's data attributes. */
export const pageWords = document.body.dataset;

/** Whether the fan asked for less motion.  Asked anew each time, for it may change. */
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Say it to screen readers; emptied first, so that the same words are said twice. */
export function say(text) {
  const region = find('#say');
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 60);
}

/** Mark a form as being sent, or ask whether it is.  Buttons stay focusable meanwhile. */
export function busy(form, set) {
  if (set === undefined) return form.ariaBusy === 'true';
  form.ariaBusy = String(set);
  for (const button of form.querySelectorAll('button')) {
    if (set) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  }
  return set;
}
