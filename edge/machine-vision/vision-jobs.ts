import type { VisionId } from '#edge/machine-vision/vision-ids.ts';
import { lineJob, type ResultJob } from '#edge/machine-vision/vision-results.ts';

/** What a client asks for: the next part, or every part until it says stop. */
export interface JobOrder {
  readonly kind: 'single' | 'continuous';
  readonly measId: string;
  /** Serial of the part that is meant; '' for whichever comes. */
  readonly partId: string;
  /** Recipe of the part that is meant; its id is '' for any that is prepared. */
  readonly recipe: VisionId;
}

/** A part whose inspection has begun. */
export interface BegunPart {
  readonly inspectionId: string;
  readonly serial: string;
  readonly recipeId: string;
}

/** Which part belongs to which job. One job runs at a time; parts of an earlier one may still be on their way. */
export interface Jobs {
  readonly start: (order: JobOrder) => ResultJob;
  /** Gives a part to the running job where it asks for such a part and its recipe is prepared. */
  readonly take: (part: BegunPart, prepared: ReadonlySet<string>) => void;
  /** The job of a part whose inspection has begun. */
  readonly of: (inspectionId: string) => ResultJob;
  /** The part is decided. True where the running job asked for it alone, and is over. */
  readonly decide: (inspectionId: string) => boolean;
  /** Ends the running job. Parts on their way stay its parts, unless they are let go. Null where none runs. */
  readonly end: (parts: 'keep' | 'let-go') => ResultJob | null;
}

interface RunningJob extends ResultJob {
  readonly order: JobOrder;
  /** The one part of a single job, once it has begun. */
  inspectionId: string | null;
}

export function createJobs(newJobId: () => string): Jobs {
  const parts = new Map<string, ResultJob>();
  let running: RunningJob | null = null;
  return {
    start: (order) => {
      running = { jobId: newJobId(), measId: order.measId, order, inspectionId: null };
      return running;
    },
    take: ({ inspectionId, serial, recipeId }, prepared) => {
      if (!running || !prepared.has(recipeId)) return;
      const { order } = running;
      if (order.kind === 'single' && running.inspectionId !== null) return;
      if (order.partId !== '' && order.partId !== serial) return;
      if (order.recipe.id !== '' && order.recipe.id !== recipeId) return;
      running.inspectionId = inspectionId;
      parts.set(inspectionId, running);
    },
    of: (inspectionId) => parts.get(inspectionId) ?? lineJob,
    decide: (inspectionId) => {
      parts.delete(inspectionId);
      if (running?.order.kind !== 'single' || running.inspectionId !== inspectionId) return false;
      running = null;
      return true;
    },
    end: (keep) => {
      const ended = running;
      running = null;
      if (keep === 'let-go') for (const [id, job] of parts) if (job === ended) parts.delete(id);
      return ended;
    },
  };
}
