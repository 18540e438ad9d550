import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A setting that names a PEM file; its value is the text of that file. */
export const readPem = z.string().transform((path, context) => {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
    context.addIssue({ code: 'custom', message: `${path} is no PEM file` });
  } catch {
    context.addIssue({ code: 'custom', message: `cannot read ${path}` });
  }
  return z.NEVER;
});
