import { join } from 'node:path';
import { readIfThere } from '#host/synced-file.ts';
import { withoutPassword } from '#host/without-password.ts';
import type { EdgeConfig } from '#edge/config.ts';
import type { GoldenFolder, HeldGolden } from '#edge/detect/golden-folder.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import { listCertificates } from '#edge/opcua/certificate-store.ts';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import { profiles } from '#vlm/profiles.ts';
import { readService } from '#vlm/service/service-file.ts';

/** What an edge node works with, beside its recipes: for people to look at, never with a secret in it. */
export interface Equipment {
  readonly camera: { readonly url: string; readonly security: string; readonly file: string | null };
  readonly certificates: readonly {
    readonly state: 'own' | 'trusted' | 'rejected';
    readonly thumbprint: string;
    readonly subject: string;
    readonly validFrom: string;
    readonly validTo: string;
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    /** The text of its card; null where it has none. */
    readonly card: string | null;
  }[];
  /** What parts are held against, whether one was yet or not. */
  readonly goldens: readonly HeldGolden[];
  /** null: none is configured, the detector decides alone. */
  readonly reviewer: ShownReviewer | null;
}

interface ShownReviewer {
  readonly url: string;
  readonly model: string;
  readonly profile: string;
  readonly prompt: { readonly id: string; readonly sha256: string; readonly text: string };
  /** How it passed the change gate; null: nobody has qualified it. */
  readonly qualified: {
    readonly at: string;
    readonly defects: number;
    readonly missed: number;
    readonly calledDefect: number;
    readonly falseCalls: number;
    readonly calibrated: boolean;
  } | null;
  /** Those in service before, the newest first. */
  readonly earlier: readonly { readonly model: string; readonly promptId: string; readonly qualifiedAt: string }[];
}

/** Where an edge node finds what it works with. */
export type EquipmentSettings = Pick<
  EdgeConfig,
  | 'HAIRLINE_DATA_DIR'
  | 'HAIRLINE_MODEL_DIR'
  | 'HAIRLINE_OPCUA_URL'
  | 'HAIRLINE_OPCUA_SECURITY'
  | 'HAIRLINE_CAMERA_FILE'
  | 'HAIRLINE_VLM_BASE_URL'
  | 'HAIRLINE_VLM_MODEL'
  | 'HAIRLINE_VLM_PROFILE'
  | 'HAIRLINE_VLM_SERVICE_FILE'
>;

/** Reads it anew each time: a reviewer is qualified and a certificate trusted while the process runs. */
export async function readEquipment(
  settings: EquipmentSettings,
  { recipes, goldenFolder }: { readonly recipes: StationRecipes; readonly goldenFolder: GoldenFolder },
): Promise<Equipment> {
  const pkiDir = join(settings.HAIRLINE_DATA_DIR, 'pki');
  const [certificates, models, goldens, reviewer] = await Promise.all([
    readCertificates(pkiDir),
    readModels(settings.HAIRLINE_MODEL_DIR, recipes),
    goldenFolder.list(),
    readReviewer(settings),
  ]);
  const { HAIRLINE_OPCUA_URL: url, HAIRLINE_OPCUA_SECURITY: security, HAIRLINE_CAMERA_FILE: file = null } = settings;
  return { camera: { url: withoutPassword(url), security, file }, certificates, models, goldens, reviewer };
}

async function readCertificates(pkiDir: string): Promise<Equipment['certificates']> {
  const states = ['own', 'trusted', 'rejected'] as const;
  const kept = await Promise.all(
    states.map(async (state) =>
      (await listCertificates(pkiDir, state)).map(({ thumbprint, subject, validFrom, validTo }) => ({
        state,
        thumbprint,
        subject,
        validFrom,
        validTo,
      })),
    ),
  );
  return kept.flat();
}

async function readModels(modelDir: string, recipes: StationRecipes): Promise<Equipment['models']> {
  const models = new Map(Array.from(recipes.values(), ({ model }) => [model.name, model]));
  return Promise.all(
    Array.from(models.values(), async ({ name, version, sha256 }) => ({
      name,
      version,
      sha256,
      card: (await readIfThere(join(modelDir, name, 'MODEL_CARD.md')))?.toString('utf8') ?? null,
    })),
  );
}

async function readReviewer(settings: EquipmentSettings): Promise<ShownReviewer | null> {
  const url = settings.HAIRLINE_VLM_BASE_URL;
  if (url === undefined) return null;
  const file = settings.HAIRLINE_VLM_SERVICE_FILE ?? join(settings.HAIRLINE_DATA_DIR, 'reviewer.json');
  const service = await readService(file);
  if (service === null) {
    const { HAIRLINE_VLM_MODEL: model, HAIRLINE_VLM_PROFILE: profile } = settings;
    const { id, sha256, text } = await loadPromptFor(profiles[profile]);
    return { url: withoutPassword(url), model, profile, prompt: { id, sha256, text }, qualified: null, earlier: [] };
  }
  const { model, profile, prompt, retained, calibration, qualifiedAt: at } = service.inService;
  const { defects, missed, calledDefect, falseCalls } = retained;
  return {
    url: withoutPassword(url),
    model,
    profile,
    prompt,
    qualified: { at, defects, missed, calledDefect, falseCalls, calibrated: calibration !== null },
    earlier: service.earlier.map((one) => ({
      model: one.model,
      promptId: one.prompt.id,
      qualifiedAt: one.qualifiedAt,
    })),
  };
}
