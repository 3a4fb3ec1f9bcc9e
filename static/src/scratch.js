// Foil over the stub of a fresh ticket.  The code below is real text; a button reveals it as well as a finger.

const ENOUGH = 0.5;
const BRUSH_PX = 22;

export default function scratch(stub, tab) {
  const covered = [...stub.children];
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'ghost reveal';
  button.textContent = stub.dataset.label;
  const foil = document.createElement('canvas');
  foil.className = 'foil';
  foil.ariaHidden = 'true';

  function reveal(focus) {
    if (!foil.isConnected) return;
    foil.remove();
    button.remove();
    for (const element of covered) element.inert = false;
    tab.say(stub.dataset.done);
    if (focus) stub.querySelector('[data-copy]')?.focus();
  }

  for (const element of covered) element.inert = true;
  stub.append(foil, button);
  button.addEventListener('click', () => reveal(true));
  const brush = paint(foil, stub.dataset.hint);
  foil.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'mouse' && !event.buttons) return;
    brush(event);
    if (cleared(foil) > ENOUGH) reveal(false);
  });
}

/** Silver with the diagonal print of a lottery ticket.  Gives the brush that takes it off. */
function paint(foil, hint) {
  const { width, height } = foil.getBoundingClientRect();
  foil.width = Math.max(1, foil.offsetWidth || width);
  foil.height = Math.max(1, foil.offsetHeight || height);
  const ink = foil.getContext('2d', { willReadFrequently: true });
  ink.fillStyle = '#9a9da6';
  ink.fillRect(0, 0, foil.width, foil.height);
  ink.strokeStyle = '#b4b7be';
  ink.lineWidth = 7;
  for (let x = -foil.height; x < foil.width; x += 18) {
    ink.beginPath();
    ink.moveTo(x, foil.height);
    ink.lineTo(x + foil.height, 0);
    ink.stroke();
  }
  ink.fillStyle = '#15161a';
  ink.font = '800 19px Anybody, system-ui';
  ink.textBaseline = 'middle';
  ink.textAlign = 'center';
  ink.fillText(hint, foil.width / 2, foil.height / 2 - 32);
  ink.globalCompositeOperation = 'destination-out';
  return ({ offsetX, offsetY }) => {
    ink.beginPath();
    ink.arc(offsetX, offsetY, BRUSH_PX, 0, 7);
    ink.fill();
  };
}

/** The part of the foil that is gone, looked at every sixteenth pixel. */
function cleared(foil) {
  const { data } = foil.getContext('2d').getImageData(0, 0, foil.width, foil.height);
  let gone = 0;
  for (let at = 3; at < data.length; at += 64) gone += data[at] === 0;
  return gone / (data.length / 64);
}
