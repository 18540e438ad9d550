import { useState } from 'react';
import type { ApprovedView, StationEquipment } from '#hmi/server/equipment.schema.ts';
import { evidenceUrl } from '#hmi/web/api.ts';
import { draftApproval } from '#hmi/web/equipment/equipment-api.ts';
import { useNow } from '#hmi/web/shell/use-now.ts';
import { dateOnly, plainNumber } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface ApprovalsProps {
  readonly station: StationEquipment;
  /** Takes the draft, to be proposed to another person. */
  readonly onDraft: (stationId: string, text: string) => void;
}

const dayMs = 86_400_000;
const soonDays = 30;

/** Which golden samples and calibrations somebody answers for, and until when. */
export function Approvals({ station, onDraft }: ApprovalsProps) {
  const { stationId, views } = station;
  if (views.length === 0) return <p className="soft">{t('equipment.noViews')}</p>;
  return (
    <ul className="approvals">
      {views.map((view) => (
        <li key={`${view.recipeId}-${view.viewId}`}>
          <strong>
            {view.recipeId} · {t('station.view', { view: view.viewId })}
          </strong>
          <Goldens stationId={stationId} view={view} onDraft={onDraft} />
          {view.calibration !== null && <Calibration stationId={stationId} view={view} onDraft={onDraft} />}
        </li>
      ))}
    </ul>
  );
}

interface ViewProps {
  readonly stationId: string;
  readonly view: ApprovedView;
  readonly onDraft: ApprovalsProps['onDraft'];
}

function Goldens({ stationId, view, onDraft }: ViewProps) {
  const { goldens, goldensHeld, needsGolden } = view;
  if (!needsGolden && goldens.length === 0) return <p className="soft">{t('equipment.noGoldenNeeded')}</p>;
  return (
    <>
      <ul className="goldens">
        {goldensHeld.map(({ productId, sha256 }) => (
          <li key={`${productId}-${sha256}`}>
            <img src={evidenceUrl(sha256, stationId)} alt={t('equipment.goldenOf', { productId })} loading="lazy" />
            <span>{productId}</span>
            <Standing approval={goldens.find((one) => one.sha256 === sha256) ?? null} none={goldens.length === 0} />
          </li>
        ))}
      </ul>
      {goldensHeld.length > 0 && (
        <ApproveButton
          label={t('equipment.approveGoldens', { count: goldensHeld.length })}
          draft={(days) => ({ of: 'golden', sha256s: goldensHeld.map(({ sha256 }) => sha256), days })}
          {...{ stationId, view, onDraft }}
        />
      )}
    </>
  );
}

function Calibration({ stationId, view, onDraft }: ViewProps) {
  const { calibration } = view;
  if (calibration === null) return null;
  const mmPerPx = calibration.mmPerPx.map((one) => plainNumber(one, 5)).join(' × ');
  return (
    <>
      <p>
        {t('equipment.calibration', { mmPerPx, uncertainty: plainNumber(calibration.uncertaintyMm, 4) })}{' '}
        <Standing approval={calibration} none={false} />
      </p>
      <ApproveButton
        label={t('equipment.approveCalibration')}
        draft={(days) => ({ of: 'calibration', sha256s: [], days })}
        {...{ stationId, view, onDraft }}
      />
    </>
  );
}

/** Who answers for it and until when, or that nobody does. */
function Standing({
  approval,
  none,
}: {
  readonly approval: ApprovedView['goldens'][number] | null;
  readonly none: boolean;
}) {
  const now = useNow(60_000);
  if (approval === null)
    return (
      <span className={none ? 'soft' : 'recipe-note'}>{t(none ? 'equipment.byNobody' : 'equipment.notApproved')}</span>
    );
  const days = Math.floor((Date.parse(approval.expiresAt) - now) / dayMs);
  const words = { name: approval.approvedBy, until: dateOnly(approval.expiresAt), days };
  if (days < 0) return <span className="recipe-note">{t('equipment.lapsed', words)}</span>;
  return <span className={days < soonDays ? 'recipe-note' : 'soft'}>{t('equipment.approvedBy', words)}</span>;
}

interface ApproveButtonProps extends ViewProps {
  readonly label: string;
  readonly draft: (days: number) => { of: 'golden' | 'calibration'; sha256s: string[]; days: number };
}

const daysAtFirst = 365;

function ApproveButton({ label, draft, stationId, view, onDraft }: ApproveButtonProps) {
  const [days, setDays] = useState(daysAtFirst);
  const [failed, setFailed] = useState<string | null>(null);
  const { recipeSha256, viewId } = view;
  const start = async (): Promise<void> => {
    try {
      setFailed(null);
      onDraft(stationId, (await draftApproval({ stationId, recipeSha256, viewId, ...draft(days) })).text);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="recipe-fields">
      <label className="recipe-field">
        {t('equipment.days')}
        <input
          type="number"
          min={1}
          max={3650}
          value={days}
          onChange={({ target }) => setDays(Math.max(1, Math.min(3650, Math.round(Number(target.value)))))}
        />
      </label>
      <button onClick={() => void start()}>{label}</button>
      {failed !== null && <span role="alert">{failed}</span>}
    </div>
  );
}
