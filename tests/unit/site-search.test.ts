import { describe, expect, test } from 'vitest';
import { essence, plain, SiteIndex } from '../../src/domain/search/site.ts';
import { readPage } from '../../src/publish/site-search.ts';

const html = (title: string, main: string, about = '') =>
  `<html><head><title>${title} · 河南省科技创新券</title><meta name="description" content="${about}"></head><body><main id="main">${main}</main></body></html>`;
const site = (pages: [url: string, title: string, main: string, about?: string][]) => {
  const read = pages.flatMap(([url, title, main, about]) => readPage(url, html(title, main, about)) ?? []);
  return new SiteIndex(
    read.map((r) => r.page),
    read.map((r) => r.texts),
    { 报销: ['兑付'] },
  );
};

describe('a page as the search of the site reads it', () => {
  test('its text by headings, each with the nearest place that can be linked to; menus, forms and markup are no text', () => {
    const read = readPage(
      '/faq/',
      html(
        '常见问题',
        `<h1>常见问题</h1><nav><a href="#pay">付款</a></nav><p>共 2 问。</p><!--x-->
         <section id="pay"><h2>付款 &amp; 兑付</h2><details><summary>怎么兑付？</summary><p>上传<b>报告</b>。</p></details></section>
         <h3 id="own">自己的</h3><form>不算</form><p>${'0a'.repeat(32)}完</p><img alt="a>b">`,
        '问与答',
      ),
    );
    expect(read).toEqual({
      page: {
        url: '/faq/',
        title: '常见问题',
        column: '常见问题',
        about: '问与答',
        sections: [
          ['', ''],
          ['pay', '付款 & 兑付'],
          ['pay', '怎么兑付？'],
          ['own', '自己的'],
        ].filter(([, heading], i) => i === 0 || heading),
      },
      texts: ['共 2 问。', '', '上传报告。', '完'],
    });
    expect(readPage('/work/', '<meta name="robots" content="noindex"><title>办理</title><main>x</main>')).toBe(
      undefined,
    );
  });
});

describe('the search of the site', () => {
  const index = site([
    ['/policies/a/', '双向补贴实施细则', '<table><tr><th>发文字号</th><td>豫科〔2018〕137号</td></tr></table>'],
    ['/policies/', '政策', '<p>豫科〔2018〕137号 双向补贴</p>'],
    ['/pledges/', '诚信承诺书', '<p>每年一版</p>'],
    ['/guides/institution/', '管理单位操作指南', '<h2 id="s7">申请兑付</h2><p>上传发票，点“兑付”。</p>'],
    ['/payouts/', '兑付次序', '<p>已兑付清单。签承诺书的单位。</p>'],
    ['/notices/1/', '第 3 季度兑付结果公示', '<p>兑付</p>'],
  ]);
  const urls = (query: string) => index.search(query).hits.map((h) => h.page.url);
  test('a document number is found however its brackets are written', () => {
    for (const query of ['豫科〔2018〕137号', '豫科[2018]137号', '豫科（2018）137 号', '豫科2018137号', '137号'])
      expect([query, urls(query).toSorted()]).toEqual([query, ['/policies/', '/policies/a/']]);
  });
  test('a title counts before a text; a question leads to the guide, at its step', () => {
    expect(urls('承诺书')).toEqual(['/pledges/', '/payouts/']);
    const [first] = index.search('怎么兑付').hits;
    expect([first?.page.url, first?.page.sections[first.section]]).toEqual([
      '/guides/institution/',
      ['s7', '申请兑付'],
    ]);
    expect(essence('怎么兑付')).toEqual(['兑付']);
    expect(essence('怎么')).toEqual(['怎么']);
  });
  test('all words must stand on the page; other words for the same are said; without any the nearest, said too', () => {
    expect(urls('双向补贴 137号')).toEqual(['/policies/a/', '/policies/']);
    expect(index.search('承诺书 发票').nearest).toBe(true);
    const answer = index.search('报销');
    expect([answer.also, answer.hits.length > 0, answer.nearest]).toEqual([['兑付'], true, false]);
    const near = index.search('上传发票点');
    expect([near.nearest, near.hits[0]?.page.url]).toEqual([false, '/guides/institution/']);
    expect(index.search('上传了发票吧').nearest).toBe(true);
    expect(index.search('完全无关的话')).toMatchObject({ hits: [], nearest: false });
    for (const query of ['', ' ', '〔〕', '，', '()']) expect(index.search(query).hits).toEqual([]);
  });
  test('before the texts have come, titles and headings are found', () => {
    const read = readPage('/pledges/', html('诚信承诺书', '<p>每年一版</p>'));
    const heads = new SiteIndex(read ? [read.page] : []);
    expect(heads.search('承诺书').hits.length).toBe(1);
    expect(heads.search('每年一版').hits.length).toBe(0);
  });
  test('words are compared without blanks, brackets and quotation marks', () => {
    expect(plain('《豫科〔2018〕 １３７号》，')).toBe('豫科2018137号');
  });
});
