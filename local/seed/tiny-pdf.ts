/** The smallest PDF that readers open: one empty A4 page, and a text in it that nobody sees. */
export function tinyPdf(text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const places: number[] = [];
  let size = 0;
  const write = (words: string) => {
    const part = encoder.encode(words);
    parts.push(part);
    size += part.byteLength;
  };
  write(`%PDF-1.4\n% ${text.replaceAll(/[\r\n]/g, ' ')}\n`);
  for (const [i, object] of [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>',
  ].entries()) {
    places.push(size);
    write(`${i + 1} 0 obj\n${object}\nendobj\n`);
  }
  const start = size;
  const lines = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  write(`xref\n0 4\n0000000000 65535 f \n${lines}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
