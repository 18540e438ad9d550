import type { Problem } from '#hmi/server/api.schema.ts';

/** Page for a browser that is turned away. */
export function refusalPage({ error }: Problem): string {
  return plainPage('Not here', [`${capital(error.message)}. ${error.wayOut}`]);
}

/** Page where the web page itself was never built. */
export function unbuiltPage(): string {
  return plainPage('The web page is not built', [
    'Run "npm run build" in the folder of Hairline, then load this again.',
  ]);
}

function plainPage(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${escape(text)}</p>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Hairline</title>
<main><h1>${escape(title)}</h1>${body.join('')}</main>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
