// The one deferred script of the public pages: the display switches, reading aloud, print. Choices are kept in this browser;
// the snippet in the head (src/layouts/early.js) applies them before the first paint.
(() => {
  const root = document.documentElement;
  const all = (selector) => document.querySelectorAll(selector);
  const stored = (k) => {
    try {
      return localStorage.getItem(k) ?? '';
    } catch {
      return '';
    }
  };
  const store = (k, v) => {
    try {
      v ? localStorage.setItem(k, v) : localStorage.removeItem(k);
    } catch {}
  };
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
  // Whoever is signed in finds his workspace by its name where others sign in.
  const office = { user: '用户中心', institution: '机构中心', desk: '审核与管理' }[stored('home')];
  for (const a of all(office ? '.office' : 'x')) {
    a.href = `/${stored('home')}/`;
    a.textContent = office;
  }
  // A menu that is pushed with the finger begins where one is.
  for (const a of all('.top nav [aria-current]'))
    a.parentNode.scrollLeft = a.offsetLeft - (a.parentNode.clientWidth - a.offsetWidth) / 2;
  // Another tab of this site chose differently.
  addEventListener('storage', apply);

  // Reading aloud: what is visible of the main part, sentence by sentence, for engines stop in the middle of a long text.
  const voice = window.speechSynthesis;
  let queue;
  const reading = (on) => {
    for (const b of all('[data-read-aloud]')) {
      b.textContent = on ? '停止朗读' : '朗读';
      press(b, on);
    }
  };
  const stop = () => {
    queue = undefined;
    voice.cancel();
    reading(false);
  };
  const next = (mine) => {
    if (queue !== mine) return;
    const sentence = mine.shift();
    if (!sentence) {
      stop();
      return;
    }
    const words = new SpeechSynthesisUtterance(sentence);
    words.lang = 'zh-CN';
    words.onend = () => next(mine);
    words.onerror = () => {
      if (queue === mine) stop();
    };
    voice.speak(words);
  };
  const read = () => {
    voice.cancel();
    const main = document.querySelector('main');
    // biome-ignore lint/performance/useDomNodeTextContent: only what is visible is read, line by line.
    const text = main.innerText;
    queue = text
      .split(/(?<=[。！？；])|[\n\t]+/)
      .map((s) => s.trim())
      .filter((s) => /[\p{L}\p{N}]/u.test(s));
    reading(true);
    next(queue);
  };
  if (voice) {
    for (const b of all('[data-read-aloud]')) b.hidden = false;
    addEventListener('pagehide', stop);
  }

  // Comparing: up to four entries of the catalogue, kept in this browser; without this script the links lead to the comparison itself.
  const most = 4;
  const chosen = () => stored('compare').split(',').filter(Boolean);
  let full = false;
  const showChosen = () => {
    const list = chosen();
    for (const a of all('[data-compare]')) {
      const on = list.includes(a.dataset.compare);
      const words = on ? '已加入对比' : '加入对比';
      if (a.textContent !== words) a.textContent = words;
    }
    let bar = document.querySelector('.comparebar');
    if (!bar && list.length > 0 && !document.querySelector('[data-comparison]')) {
      bar = document.createElement('div');
      bar.className = 'comparebar noprint';
      bar.innerHTML =
        '<span role="status"></span><a class="button" href="/compare/">去对比</a><button type="button" class="link" data-compare-clear>清空</button>';
      document.querySelector('main').append(bar);
      // What gets the keyboard is scrolled clear of the bar, however high it is.
      new ResizeObserver(() => {
        root.style.scrollPaddingBottom = `${document.querySelector('.comparebar').offsetHeight}px`;
      }).observe(bar);
    }
    if (bar) {
      bar.hidden = list.length === 0;
      const words = full ? `最多对比 ${most} 项，请先去掉一项` : `已选 ${list.length} 项，最多 ${most} 项`;
      if (bar.firstChild.textContent !== words) bar.firstChild.textContent = words;
    }
  };
  if (document.querySelector('[data-compare], #results, #list')) {
    showChosen();
    new MutationObserver(showChosen).observe(document.querySelector('main'), { childList: true, subtree: true });
  }

  // Paper says where it comes from; a search changes its address, so this is written when it is printed.
  const address = document.createElement('p');
  address.className = 'address onpaper';
  addEventListener('beforeprint', () => {
    let { href } = location;
    try {
      href = decodeURI(href);
    } catch {}
    address.textContent = `本页网址：${href}`;
    document.querySelector('main').append(address);
  });

  document.addEventListener('click', (event) => {
    const entry = event.target.closest?.('a[data-compare]')?.dataset.compare;
    if (entry) {
      const list = chosen();
      const on = list.includes(entry);
      full = !on && list.length >= most;
      if (!full) store('compare', (on ? list.filter((s) => s !== entry) : [...list, entry]).join(','));
      showChosen();
      event.preventDefault();
      return;
    }
    const data = event.target.closest?.('button')?.dataset ?? {};
    if ('setTheme' in data) {
      store('theme', data.setTheme);
      apply();
    } else if ('toggleElder' in data) {
      store('elder', stored('elder') ? '' : '1');
      apply();
    } else if ('readAloud' in data) queue ? stop() : read();
    else if ('compareClear' in data) {
      full = false;
      store('compare', '');
      showChosen();
    } else if ('print' in data) print();
  });
})();
