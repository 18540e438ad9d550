import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Component } from '#hmi/server/api.schema.ts';
import { useMayUse } from '#hmi/web/account/use-session.ts';
import { tell } from '#hmi/web/api.ts';
import { withLocalTimes } from '#hmi/web/texts/numbers.ts';
import { lockText, lockWayOut } from '#hmi/web/texts/lock-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';

/** Why a station gives no verdicts, and its release by who may do that. Empty while it is not locked. */
export function StationLock({ component }: { readonly component: Component | undefined }) {
  const mayRelease = useMayUse('operator');
  if (component?.state !== 'down') return null;
  return (
    <div className="station-lock">
      <p role="alert">
        <strong>{t('station.locked')}</strong>
        <span className="station-lock-why">
          {lockText(component.code, withLocalTimes(component.detail))} {lockWayOut(component)}
        </span>
      </p>
      {mayRelease && component.stationId !== null && <ReleaseForm stationId={component.stationId} />}
    </div>
  );
}

function ReleaseForm({ stationId }: { readonly stationId: string }) {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: () => tell(`/api/v1/stations/${encodeURIComponent(stationId)}/lock/release`, { reason }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['health'] }),
  });
  return (
    <form
      className="release"
      onSubmit={(event) => {
        event.preventDefault();
        release.mutate();
      }}
    >
      <label>
        {t('station.releaseWhy')}
        <input value={reason} onChange={({ target }) => setReason(target.value)} autoComplete="off" required />
      </label>
      <button disabled={release.isPending || reason.trim() === ''}>{t('station.release')}</button>
      {release.error && <span>{t('station.notReleased', troubleOf(release.error))}</span>}
    </form>
  );
}
