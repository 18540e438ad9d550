import { setTimeout as sleep } from 'node:timers/promises';
import type { StationConnection } from '#edge/opcua/connection.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import type { GateMove, PlcOutputs } from '#line/plc/plc-image.ts';
import { readInputs, writeOutputs } from '#line/plc/plc-nodes.ts';
import { scan, startMemory, type PlcSettings } from '#line/plc/scan.ts';

export interface PlcRun {
  readonly connection: StationConnection;
  readonly settings: PlcSettings;
  /** From the end of one cycle to the begin of the next. */
  readonly cycleMs: number;
  /** Hears of every part that comes to the gate, once the station has the PLC's acknowledgement. */
  readonly moved: (move: GateMove) => void;
  readonly nowMs: () => number;
}

/** Runs the PLC's cycle until the signal aborts: read all inputs, scan, write what changed. */
export async function runPlc(run: PlcRun, stop: AbortSignal): Promise<void> {
  let memory = startMemory(run.nowMs(), run.settings);
  let written: { readonly to: StationSession; readonly outputs: PlcOutputs } | null = null;
  while (!stop.aborted) {
    await run.connection.use(async (station) => {
      const inputs = await readInputs(station);
      const cycle = scan(memory, inputs, run.settings, run.nowMs());
      memory = cycle.memory;
      // The gate moves whether or not the acknowledgement gets through.
      const before = written?.to === station ? written.outputs : null;
      written = null;
      try {
        await writeOutputs(station, memory.outputs, before);
        written = { to: station, outputs: memory.outputs };
      } finally {
        cycle.moves.forEach(run.moved);
      }
    }, stop);
    await sleep(run.cycleMs, undefined, { signal: stop });
  }
}
