import type { StationEquipment } from '#hmi/server/equipment.schema.ts';
import { Approvals } from '#hmi/web/equipment/approvals.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateOnly, dateTime } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface EquipmentProps {
  readonly station: StationEquipment;
  readonly onDraft: (stationId: string, text: string) => void;
}

/** What one station works with: approvals, models with their cards, reviewer and its gate, camera, certificates. */
export function EquipmentCard({ station, onDraft }: EquipmentProps) {
  const { stationId, trouble, models, reviewer, camera, certificates } = station;
  const heading = `equipment-${stationId}`;
  return (
    <section className="panel recipe-panel" aria-labelledby={heading}>
      <h3 id={heading}>{t('equipment.of', { stationId })}</h3>
      {trouble !== null && (
        <p className="recipe-note">
          {t('equipment.away')} <span className="soft">{trouble}</span>
        </p>
      )}
      {trouble === null && (
        <>
          <h4>{t('equipment.approvals')}</h4>
          <Approvals station={station} onDraft={onDraft} />
          <h4>{t('equipment.models')}</h4>
          {models.map(({ name, version, sha256, card }) => (
            <Text key={sha256} title={`${name} ${version}`} sha256={sha256} text={card} none={t('equipment.noCard')} />
          ))}
          <h4>{t('equipment.reviewer')}</h4>
          <Reviewer reviewer={reviewer} />
          <h4>{t('equipment.camera')}</h4>
          {camera !== null && (
            <p>
              <span className="mono">{camera.url}</span> · {camera.security}
              {camera.file !== null && <span className="soft"> · {camera.file}</span>}
            </p>
          )}
          <Certificates certificates={certificates} />
        </>
      )}
    </section>
  );
}

interface TextProps {
  readonly title: string;
  readonly sha256: string;
  readonly text: string | null;
  readonly none: string;
}

/** A text behind its name and digest. */
function Text({ title, sha256, text, none }: TextProps) {
  const digest = (
    <span className="mono soft" title={sha256}>
      {sha256.slice(0, 12)}
    </span>
  );
  if (text === null)
    return (
      <p>
        {title} {digest} <span className="recipe-note">{none}</span>
      </p>
    );
  return (
    <details>
      <summary>
        {title} {digest}
      </summary>
      <pre className="recipe-text mono" role="region" aria-label={title} tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}

function Reviewer({ reviewer }: Pick<StationEquipment, 'reviewer'>) {
  if (reviewer === null) return <p>{t('equipment.noReviewer')}</p>;
  const { model, profile, url, prompt, qualified, earlier } = reviewer;
  const { calibrated = false, ...counts } = qualified ?? {};
  return (
    <>
      <p>
        {model} <span className="soft">{profile}</span> · <span className="mono">{url}</span>
      </p>
      {qualified === null ? (
        <p className="recipe-note">{t('equipment.notQualified')}</p>
      ) : (
        <p>
          {t('equipment.qualified', { ...counts, at: dateTime(qualified.at) })}{' '}
          {t(calibrated ? 'equipment.calibrated' : 'equipment.notCalibrated')}
        </p>
      )}
      <Text title={t('equipment.prompt', { id: prompt.id })} sha256={prompt.sha256} text={prompt.text} none="" />
      {earlier.length > 0 && (
        <p className="soft">
          {t('equipment.before')}{' '}
          {earlier.map((one) => `${one.model}, ${one.promptId}, ${dateTime(one.qualifiedAt)}`).join(' · ')}
        </p>
      )}
      <p className="soft">{t('equipment.gate')}</p>
    </>
  );
}

const columns = ['state', 'thumbprint', 'subject', 'until'] as const;

function Certificates({ certificates }: Pick<StationEquipment, 'certificates'>) {
  if (certificates.length === 0) return <p className="soft">{t('equipment.noCertificates')}</p>;
  return (
    <>
      <Table columns={columns.map((column) => t(`equipment.column.${column}`))}>
        {certificates.map(({ state, thumbprint, subject, validTo }) => (
          <tr key={`${state}-${thumbprint}`}>
            <td>{t(`equipment.state.${state}`)}</td>
            <td className="mono">{thumbprint}</td>
            <td>{subject.replaceAll('\n', ', ')}</td>
            <td>{dateOnly(validTo)}</td>
          </tr>
        ))}
      </Table>
      <p className="soft">{t('equipment.certificatesHow')}</p>
    </>
  );
}
