/** Hands a file to the browser. */
export function download(name: string, content: Blob): void {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
/** Hands a text to the browser as a file. */
export const downloadText = (name: string, content: string, type: string) =>
  download(name, new Blob([content], { type }));
