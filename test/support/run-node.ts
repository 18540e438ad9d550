import { spawn } from 'node:child_process';

/** What a program said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly said: string;
}

/** Runs a program of ours to its end, with these settings and no others. */
export async function runNode(args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('HAIRLINE_'));
  const child = spawn(process.execPath, args, {
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output, said };
}
