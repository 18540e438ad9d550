import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateMove } from '#line/plc/plc-image.ts';

/** File of the journal in a PLC's data folder: one move of the gate a line, JSON. */
export function journalFile(dataDir: string): string {
  return join(dataDir, 'gate.jsonl');
}

/** Every part that came to the gate, what became of it and why. Answers how a move is added. */
export function openJournal(dataDir: string): (move: GateMove) => void {
  mkdirSync(dataDir, { recursive: true });
  const file = journalFile(dataDir);
  return (move) => appendFileSync(file, `${JSON.stringify(move)}\n`);
}

/** Moves of the gate so far, also while the PLC runs. */
export function readJournal(dataDir: string): readonly GateMove[] {
  const file = journalFile(dataDir);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as GateMove);
}
