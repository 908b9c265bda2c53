// Bad input: a file is what its structure says. Each vector is made here; nothing is decoded to find out.
import { expect, test } from 'vitest';
import { tinyPdf } from '../../local/seed/tiny-pdf.ts';
import { readFile } from '../../supabase/functions/_shared/files/read.ts';
import {
  bytesOf,
  hybridPdf,
  join,
  jpeg,
  linearizedPdf,
  ofd,
  ofdEntries,
  png,
  streamPdf,
  tablePdf,
  updatedPdf,
  zip,
} from '../support/files.ts';

const result = async (bytes: Uint8Array) => {
  const found = await readFile(bytes);
  return 'type' in found ? found.type : found.refused;
};
const half = (bytes: Uint8Array) => bytes.slice(0, Math.floor(bytes.length / 2));
const mail = 'Return-Path: <a@example.invalid>\r\nContent-Type: application/pdf\r\n\r\n';

const sound: [string, () => Uint8Array, string][] = [
  ['a PDF with a table', tablePdf, 'application/pdf'],
  ['the demo’s own PDF', () => tinyPdf('演示'), 'application/pdf'],
  ['a PDF with a cross-reference stream and objects in a stream', streamPdf, 'application/pdf'],
  ['a hybrid PDF', hybridPdf, 'application/pdf'],
  ['a linearized PDF', linearizedPdf, 'application/pdf'],
  ['a PDF with an update', updatedPdf, 'application/pdf'],
  ['a PDF after a byte order mark', () => tablePdf({ before: Uint8Array.from([0xef, 0xbb, 0xbf]) }), 'application/pdf'],
  ['a PDF after the lines of a mail', () => tablePdf({ before: mail }), 'application/pdf'],
  ['a PDF whose header comes at byte 1,000', () => tablePdf({ before: ' '.repeat(1000) }), 'application/pdf'],
  ['a PDF with some lines after its end', () => tablePdf({ after: '\r\n--boundary--\r\n\0\0\0' }), 'application/pdf'],
  [
    'a PDF whose table is some bytes off, as readers find daily',
    () =>
      bytesOf(
        Buffer.from(tablePdf())
          .toString('latin1')
          .replace(
            /\n(0000000\d{3}) 00000 n/g,
            (_, n: string) => `\n${String(Number(n) + 3).padStart(10, '0')} 00000 n`,
          ),
      ),
    'application/pdf',
  ],
  ['a JPEG', jpeg, 'image/jpeg'],
  ['a JPEG with a trailer of its camera', () => join(jpeg(), 'SEFT'), 'image/jpeg'],
  ['a PNG', png, 'image/png'],
  ['an A4 page at 600 dpi', () => png(4961, 7016), 'image/png'],
  ['an OFD', ofd, 'application/ofd'],
  ['an OFD with 1,601 entries', () => ofd(1601), 'application/ofd'],
  [
    'an OFD whose root is named from «/»',
    () => zip(ofdEntries({ root: '<OFD><DocBody><DocRoot> /Doc_0/Document.xml </DocRoot></DocBody></OFD>' })),
    'application/ofd',
  ],
];
test.each(sound)('%s is taken', async (_, make, type) => expect(await result(make())).toBe(type));

const unsound: [string, () => Uint8Array, string][] = [
  ['nothing but «%PDF-»', () => bytesOf('%PDF-'), 'FILE_DAMAGED'],
  ['a header and an end without anything between', () => bytesOf('%PDF-1.4\n%%EOF\n'), 'FILE_DAMAGED'],
  ['half a PDF', () => half(tablePdf()), 'FILE_DAMAGED'],
  ['half a PDF with streams', () => half(streamPdf()), 'FILE_DAMAGED'],
  [
    'a linearized PDF cut off after its first section',
    () => linearizedPdf().slice(0, linearizedPdf().length - 200),
    'FILE_DAMAGED',
  ],
  ['a PDF without a page', () => tablePdf({ pages: '<< /Type /Pages /Kids [] /Count 0 >>' }), 'FILE_DAMAGED'],
  [
    'a PDF that claims a page it has not',
    () => tablePdf({ pages: '<< /Type /Pages /Kids [2 0 R 9 0 R] /Count 5 >>' }),
    'FILE_DAMAGED',
  ],
  ['an encrypted PDF', () => tablePdf({ trailer: '/Encrypt << /Filter /Standard /V 2 /R 3 >>' }), 'FILE_ENCRYPTED'],
  ['a PDF whose header comes too late', () => tablePdf({ before: ' '.repeat(1100) }), 'FILE_TYPE_REFUSED'],
  ['three bytes of a JPEG', () => Uint8Array.from([0xff, 0xd8, 0xff]), 'FILE_DAMAGED'],
  ['a JPEG without its end', () => jpeg(40, 30, []), 'FILE_DAMAGED'],
  ['a JPEG of 20,000 × 20,000', () => jpeg(20_000, 20_000), 'FILE_PICTURE_TOO_LARGE'],
  ['a PNG of 20,000 × 20,000', () => png(20_000, 20_000), 'FILE_PICTURE_TOO_LARGE'],
  ['a PNG of width 0', () => png(0, 10), 'FILE_DAMAGED'],
  ['a PNG without its end', () => png(40, 30, false), 'FILE_DAMAGED'],
  [
    'a docx that contains the text OFD.xml',
    () =>
      zip([
        { name: '[Content_Types].xml', content: '<Types/>' },
        { name: 'word/document.xml', content: 'OFD.xml OFD.xml', stored: true },
      ]),
    'FILE_TYPE_REFUSED',
  ],
  ['41 bytes of junk as OFD', () => join([0x50, 0x4b, 3, 4], `OFD.xml${'x'.repeat(30)}`), 'FILE_TYPE_REFUSED'],
  ['an OFD whose root document is missing', () => zip([ofdEntries()[0] as never]), 'FILE_DAMAGED'],
  [
    'an OFD without a page',
    () => zip(ofdEntries({ document: '<ofd:Document><ofd:Pages/></ofd:Document>' })),
    'FILE_DAMAGED',
  ],
  ['an OFD that is cut off', () => half(ofd(50)), 'FILE_TYPE_REFUSED'],
  ['an OFD with a password', () => zip(ofdEntries().map((e) => ({ ...e, encrypted: true }))), 'FILE_ENCRYPTED'],
  [
    'an OFD whose OFD.xml unpacks to 64 MB',
    () => zip([{ name: 'OFD.xml', content: ' '.repeat(64 * 1024 * 1024) }, ofdEntries()[1] as never]),
    'FILE_DAMAGED',
  ],
  [
    'an archive that claims 3 GB',
    () => zip([...ofdEntries(), { name: 'a', content: 'x', claims: 3_000_000_000 }]),
    'FILE_TYPE_REFUSED',
  ],
  ['HTML', () => bytesOf('<html><script>alert(1)</script></html>'), 'FILE_TYPE_REFUSED'],
  ['a program', () => bytesOf('MZ\x90\0'), 'FILE_TYPE_REFUSED'],
  ['nothing', () => new Uint8Array(0), 'FILE_TYPE_REFUSED'],
];
test.each(unsound)('%s is refused', async (_, make, code) => expect(await result(make())).toBe(code));

test('a file made to cost much costs little: deep nesting, endless references, packed air, a hundred sections', async () => {
  const started = performance.now();
  const kids = Array.from({ length: 200_000 }, (_, i) => `${i + 10} 0 R`).join(' ');
  for (const hostile of [
    tablePdf({ pages: `<< /Type /Pages /Kids [${kids}] /Count 200000 >>` }),
    tablePdf({ trailer: '['.repeat(200_000) }),
    tablePdf({ pages: `<< /Kids [2 0 R] /Count 1 /X ${'<<'.repeat(100_000)} >>` }),
    join(tablePdf(), '('.repeat(5_000_000), tablePdf()),
    join('%PDF-1.4\n', ' '.repeat(19_000_000), 'xref\n', ' '.repeat(900_000), 'startxref\n9\n%%EOF'),
    join([0xff, 0xd8], new Uint8Array(20_000_000).fill(0xff)),
  ])
    expect(await result(hostile)).toMatch(/^FILE_|application/);
  expect(performance.now() - started).toBeLessThan(8000);
});

test('whatever is cut or changed in a sound file, the reader answers and never fails', async () => {
  let state = 7;
  const random = (n: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % n;
  };
  for (const make of [tablePdf, streamPdf, hybridPdf, linearizedPdf, updatedPdf, jpeg, png, ofd]) {
    const whole = make();
    for (let i = 0; i < 150; i++) {
      const copy = whole.slice(0, i % 3 === 0 ? random(whole.length) : whole.length);
      for (let k = 0; k < 3 && copy.length > 0; k++) copy[random(copy.length)] = random(256);
      expect(await result(copy)).toMatch(/^(FILE_|application\/|image\/)/);
    }
  }
});
