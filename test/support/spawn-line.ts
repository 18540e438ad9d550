import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineSummary } from '#line/summary.ts';

/** A line started as a person would start it, with its data in a folder of its own. */
export interface SpawnedLine {
  readonly process: ChildProcess;
  /** All that was said on standard error so far. */
  readonly said: () => string;
  /** Resolves with the first match on standard error; rejects when the process ends before. */
  readonly untilSaid: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** Spawns `npm start -- args` (without npm in between, so that signals reach the line itself). */
export function spawnLine(
  dataDir: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): SpawnedLine {
  const child = spawn(process.execPath, ['line/main.ts', ...args], {
    env: {
      ...process.env,
      HAIRLINE_DATA_DIR: dataDir,
      HAIRLINE_MQTT_URL: '',
      HAIRLINE_DATABASE_URL: '',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, output })),
  );
  const untilSaid = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(said);
        if (match) resolve(match);
      };
      look();
      child.stderr.on('data', look);
      child.once('close', () => reject(new Error(`the line ended before it said ${String(pattern)}:\n${said}`)));
    });
  return { process: child, said: () => said, untilSaid, ended };
}

/** The summary of a line that ran with --json. */
export function summaryOf(output: string): LineSummary {
  return JSON.parse(output.trim()) as LineSummary;
}

/** Process ids of a running line by name, `line` being the supervisor. */
export function processIds(dataDir: string): Readonly<Record<string, number>> {
  return JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as Record<string, number>;
}

/** True while a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
