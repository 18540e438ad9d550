import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig(({ command }) => {
  // A build is for the plant, also where whoever builds runs as something else: a test must not ship React's slow half.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    plugins: [react()],
    build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 400 },
  };
});
