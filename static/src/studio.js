// What the studio does more conveniently where scripts run; every page works without.
//   [data-paper]   line numbers beside a textarea, marks at the lines named in data-bad="3 12"
//   [data-jump]    a link that selects its line ("12:7") in that textarea
//   [data-copy]    a button that copies the text of the element with this id
//   [data-focus]   what takes the focus when the page opens (a summary of what is wrong)
//   [data-keep]    a form whose changes the page does not lose without asking; Ctrl+S presses its data-save button
const all = (selector) => document.querySelectorAll(selector);

document.querySelector('[data-focus]')?.focus();

for (const button of all('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.nextElementSibling.textContent = button.dataset.done;
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}

const paper = document.querySelector('[data-paper]');
if (paper) {
  const area = paper.querySelector('textarea');
  const gutter = document.createElement('ol');
  gutter.setAttribute('aria-hidden', 'true');
  paper.prepend(gutter);
  paper.classList.add('numbered');
  const bad = new Set((area.dataset.bad || '').split(' '));
  let here = 0;

  const number = () => {
    const lines = area.value.split('\n').length;
    while (gutter.children.length > lines) gutter.lastChild.remove();
    while (gutter.children.length < lines) {
      const line = gutter.appendChild(document.createElement('li'));
      line.textContent = gutter.children.length;
    }
    [...gutter.children].forEach((line, at) => {
      line.classList.toggle('bad', bad.has(String(at + 1)));
      line.classList.toggle('here', at + 1 === here);
    });
  };
  const follow = () => { gutter.scrollTop = area.scrollTop; };
  const stand = () => {
    const line = area.value.slice(0, area.selectionStart).split('\n').length;
    if (line !== here) { here = line; number(); }
  };
  area.addEventListener('input', () => { number(); stand(); });
  area.addEventListener('scroll', follow);
  document.addEventListener('selectionchange', () => { if (document.activeElement === area) stand(); });
  number();

  for (const link of all('[data-jump]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const [line, column] = link.dataset.jump.split(':').map(Number);
      const lines = area.value.split('\n');
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      area.focus({ preventScroll: true });
      area.setSelectionRange(start + Math.max(0, column - 1), start + (lines[line - 1] || '').length);
      const height = parseFloat(getComputedStyle(area).lineHeight);
      area.scrollTop = Math.max(0, (line - 5) * height);
      area.scrollIntoView({ block: 'center' });
      stand();
    });
  }
}

for (const form of all('[data-keep]')) {
  let changed = false;
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      form.querySelector('[data-save]').click();
    }
  });
}
