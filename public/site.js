// The one script of the public pages: theme, elders' version, reading aloud. The choice is kept in this browser.
(() => {
  const root = document.documentElement;
  const stored = (k) => { try { return localStorage.getItem(k); } catch { return null; } };
  const store = (k, v) => { try { v ? localStorage.setItem(k, v) : localStorage.removeItem(k); } catch {} };
  const apply = () => {
    const theme = stored('theme');
    root.toggleAttribute('data-elder', Boolean(stored('elder')));
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const b of document.querySelectorAll('[data-set-theme]')) b.setAttribute('aria-pressed', String((theme ?? '') === b.dataset.setTheme));
    for (const b of document.querySelectorAll('[data-toggle-elder]')) b.setAttribute('aria-pressed', String(Boolean(stored('elder'))));
  };
  apply();
  document.addEventListener('DOMContentLoaded', apply);
  document.addEventListener('click', (event) => {
    const b = event.target.closest?.('button');
    if (!b) return;
    if ('setTheme' in b.dataset) { store('theme', b.dataset.setTheme); apply(); }
    else if ('toggleElder' in b.dataset) { store('elder', stored('elder') ? '' : '1'); apply(); }
    else if ('readAloud' in b.dataset && window.speechSynthesis) {
      if (speechSynthesis.speaking) { speechSynthesis.cancel(); b.textContent = '朗读'; return; }
      const words = new SpeechSynthesisUtterance(document.querySelector('main')?.textContent ?? '');
      words.lang = 'zh-CN';
      words.onend = () => { b.textContent = '朗读'; };
      speechSynthesis.speak(words);
      b.textContent = '停止朗读';
    } else if ('print' in b.dataset) window.print();
  });
})();
