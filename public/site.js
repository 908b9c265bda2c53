// The one deferred script of the public pages: the display switches, reading aloud, print. Choices are kept in this browser;
// the snippet in the head (src/layouts/early.js) applies them before the first paint.
(() => {
  const root = document.documentElement;
  const all = (selector) => document.querySelectorAll(selector);
  const stored = (k) => { try { return localStorage.getItem(k) ?? ''; } catch { return ''; } };
  const store = (k, v) => { try { v ? localStorage.setItem(k, v) : localStorage.removeItem(k); } catch {} };
  const press = (b, on) => b.setAttribute('aria-pressed', String(on));
  const apply = () => {
    const theme = stored('theme');
    const elder = Boolean(stored('elder'));
    root.toggleAttribute('data-elder', elder);
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const b of all('[data-set-theme]')) press(b, theme === b.dataset.setTheme);
    for (const b of all('[data-toggle-elder]')) press(b, elder);
  };
  apply();
  // Another tab of this site chose differently.
  addEventListener('storage', apply);

  // Reading aloud: what is visible of the main part, sentence by sentence, for engines stop in the middle of a long text.
  const voice = window.speechSynthesis;
  let queue;
  const reading = (on) => { for (const b of all('[data-read-aloud]')) { b.textContent = on ? '停止朗读' : '朗读'; press(b, on); } };
  const stop = () => { queue = undefined; voice.cancel(); reading(false); };
  const next = (mine) => {
    if (queue !== mine) return;
    const sentence = mine.shift();
    if (!sentence) { stop(); return; }
    const words = new SpeechSynthesisUtterance(sentence);
    words.lang = 'zh-CN';
    words.onend = () => next(mine);
    words.onerror = () => { if (queue === mine) stop(); };
    voice.speak(words);
  };
  const read = () => {
    voice.cancel();
    // biome-ignore lint/performance/useDomNodeTextContent: only what is visible is read, line by line.
    queue = document.querySelector('main').innerText.split(/(?<=[。！？；])|[\n\t]+/).map((s) => s.trim()).filter((s) => /[\p{L}\p{N}]/u.test(s));
    reading(true);
    next(queue);
  };
  if (voice) {
    for (const b of all('[data-read-aloud]')) b.hidden = false;
    addEventListener('pagehide', stop);
  }

  document.addEventListener('click', (event) => {
    const data = event.target.closest?.('button')?.dataset ?? {};
    if ('setTheme' in data) { store('theme', data.setTheme); apply(); }
    else if ('toggleElder' in data) { store('elder', stored('elder') ? '' : '1'); apply(); }
    else if ('readAloud' in data) queue ? stop() : read();
    else if ('print' in data) print();
  });
})();
