import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '#hmi/web/app.tsx';
import { isFinal } from '#hmi/web/api.ts';
import { preferredLanguage } from '#hmi/web/shell/language.tsx';
import { loadTexts } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/tokens.css';
import '#hmi/web/styles/base.css';

// Asks again by itself while the server is away; an answer such as "not known here" is final.
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (_count, error) => !isFinal(error),
      retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 5000),
      networkMode: 'always',
      refetchOnWindowFocus: false,
    },
    // The server is in the plant: whether the browser believes in an internet says nothing of it, and a decision must not
    // wait for that unseen.
    mutations: { networkMode: 'always' },
  },
});

const place = document.getElementById('page');
if (place === null) throw new Error('index.html lacks the element #page');
const language = preferredLanguage();
await loadTexts(language);
document.documentElement.lang = language;
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
