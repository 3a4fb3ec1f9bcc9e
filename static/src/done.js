// The end of the login window: the code goes to the tab that opened it, at our own origin only.
const { code } = document.getElementById('done').dataset;
try { opener?.postMessage({ fanfare: 'code', code }, location.origin); } catch { /* the tab asks the server */ }
setTimeout(() => close(), 600);
