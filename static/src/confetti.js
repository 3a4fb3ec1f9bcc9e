// Confetti, once, in the brand's colours.  Not at all for who asked for less motion.

const PIECES = 90;
const LASTS_MS = 2600;

export default function confetti(element, tab) {
  if (tab.calm()) return;
  const canvas = document.createElement('canvas');
  canvas.className = 'confetti';
  canvas.ariaHidden = 'true';
  canvas.width = innerWidth;
  canvas.height = Math.min(innerHeight, 1400);
  document.body.append(canvas);
  const theme = getComputedStyle(document.documentElement);
  const colours = ['--accent', '--brand', '--paper'].map((name) => theme.getPropertyValue(name).trim() || '#fff');
  const pieces = Array.from({ length: PIECES }, (_, index) => piece(canvas, colours[index % colours.length]));
  const start = performance.now();
  requestAnimationFrame(function draw(now) {
    const age = (now - start) / LASTS_MS;
    if (age >= 1) return canvas.remove();
    fall(canvas, pieces, age);
    return requestAnimationFrame(draw);
  });
}

const piece = (canvas, colour) => ({
  colour,
  x: canvas.width * (0.15 + Math.random() * 0.7),
  drift: (Math.random() - 0.5) * 0.5,
  speed: 0.7 + Math.random() * 0.7,
  late: Math.random() * 0.18,
  turn: Math.random() * 7,
});

function fall(canvas, pieces, age) {
  const ink = canvas.getContext('2d');
  ink.clearRect(0, 0, canvas.width, canvas.height);
  ink.globalAlpha = Math.min(1, (1 - age) * 3);
  for (const { colour, x, drift, speed, late, turn } of pieces) {
    const at = Math.max(0, age - late);
    if (!at) continue;
    ink.save();
    ink.translate(x + drift * canvas.width * at, canvas.height * at * speed * (0.6 + at * 0.6) - 12);
    ink.rotate(turn + at * 14 * speed);
    ink.scale(1, Math.cos(turn + at * 22));
    ink.fillStyle = colour;
    ink.fillRect(-5, -3, 10, 6);
    ink.restore();
  }
}
