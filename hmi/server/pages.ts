import type { Problem } from '#hmi/server/api.schema.ts';

/** Page for a browser that is turned away. */
export function refusalPage({ error }: Problem): string {
  const title = error.code === 'TOKEN_REQUIRED' ? 'This dashboard opens by its link' : 'Not here';
  return plainPage(title, [
    error.code === 'TOKEN_REQUIRED'
      ? 'The dashboard prints a link with a token when it starts: on the console of "npm start", or in the log of the hmi process. Open that link once in this browser.'
      : `${capital(error.message)}. ${error.wayOut}`,
    error.code === 'TOKEN_REQUIRED'
      ? 'After a restart the link is a new one, unless HAIRLINE_API_TOKEN is set to a token of your own.'
      : '',
  ]);
}

/** Page where the web page itself was never built. */
export function unbuiltPage(): string {
  return plainPage('The web page is not built', [
    'Run "npm run build" in the folder of Hairline, then load this again.',
  ]);
}

function plainPage(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.filter((text) => text !== '').map((text) => `<p>${escape(text)}</p>`);
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
