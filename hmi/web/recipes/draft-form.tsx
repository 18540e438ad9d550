import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Recipes } from '#hmi/server/recipes.schema.ts';
import { FaultList } from '#hmi/web/recipes/fault-list.tsx';
import { recipesApi } from '#hmi/web/recipes/recipes-api.ts';
import { TextDiff } from '#hmi/web/recipes/text-diff.tsx';
import { Trouble } from '#hmi/web/recipes/trouble.tsx';
import { TryDraft } from '#hmi/web/recipes/try-draft.tsx';
import { nameOf, useRecipeText } from '#hmi/web/recipes/use-recipes.ts';
import { newUuid } from '#hmi/web/new-uuid.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** A draft and the station it is for. */
export interface Draft {
  readonly stationId: string;
  readonly text: string;
}

interface DraftFormProps {
  readonly recipes: Recipes;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  /** Called once the draft waits among the proposals. */
  readonly onProposed: () => void;
}

/** How long nobody types before a draft is checked. */
const restMs = 400;

/** A new version: written here or read from a file, checked as it is written, tried, and proposed. */
export function DraftForm({ recipes, draft, onDraft, onProposed }: DraftFormProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  return (
    <section className="recipe-section" aria-labelledby="recipes-draft">
      <h2 id="recipes-draft">{t('recipes.draft')}</h2>
      <p className="soft">{t('recipes.draftWhat')}</p>
      <div className="recipe-fields">
        <label className="recipe-field">
          {t('recipes.station')}
          <select value={draft.stationId} onChange={({ target }) => onDraft({ ...draft, stationId: target.value })}>
            {recipes.stations.map(({ stationId }) => (
              <option key={stationId}>{stationId}</option>
            ))}
          </select>
        </label>
        <label className="recipe-field">
          {t('recipes.file')}
          <input type="file" accept=".yaml,.yml" onChange={({ target }) => void readFile(target.files).then(take)} />
        </label>
      </div>
      <label className="recipe-field">
        {t('recipes.text')}
        <textarea
          ref={area}
          className="mono recipe-area"
          value={draft.text}
          onChange={({ target }) => onDraft({ ...draft, text: target.value })}
          spellCheck={false}
          wrap="off"
          rows={24}
        />
      </label>
      {draft.text !== '' && (
        <CheckedDraft
          recipes={recipes}
          draft={draft}
          onPlace={(line, column) => goTo(area.current, line, column)}
          onProposed={() => {
            onDraft({ ...draft, text: '' });
            onProposed();
          }}
        />
      )}
    </section>
  );

  function take(text: string | null): void {
    if (text !== null) onDraft({ ...draft, text });
  }
}

interface CheckedDraftProps extends Omit<DraftFormProps, 'onDraft'> {
  readonly onPlace: (line: number, column: number) => void;
}

/** What the rules say of the draft; of a sound one what it changes, and what one may do with it. */
function CheckedDraft({ recipes, draft, onPlace, onProposed }: CheckedDraftProps) {
  const { stationId, text } = draft;
  const rested = useRested(text);
  const { data: checked, error } = useQuery({
    queryKey: ['recipe-check', rested],
    queryFn: () => recipesApi.check(rested),
    staleTime: Infinity,
  });
  const running = recipes.stations.find((one) => one.stationId === stationId)?.running;
  const base = running?.find(({ recipeId }) => recipeId === checked?.recipe?.recipeId);
  const before = useRecipeText(base?.sha256 ?? null);
  if (!checked || rested !== text) return <Trouble error={error} />;
  const { recipe } = checked;
  return (
    <>
      <FaultList checked={checked} onPlace={onPlace} />
      <Trouble error={before.error} />
      {recipe && base && before.text !== undefined && (
        <TextDiff name={`${nameOf(base)} → ${nameOf(recipe)}`} before={before.text} after={text} />
      )}
      {recipe && <TryDraft key={stationId} stationId={stationId} text={text} />}
      {recipe && <ProposeForm key={stationId} draft={draft} onProposed={onProposed} />}
    </>
  );
}

function ProposeForm({ draft, onProposed }: Pick<DraftFormProps, 'draft' | 'onProposed'>) {
  const [reason, setReason] = useState('');
  // Of this draft: sent twice, it is proposed once.
  const [proposalId] = useState(newUuid);
  const queries = useQueryClient();
  const propose = useMutation({
    mutationFn: () => recipesApi.propose({ proposalId, ...draft, reason }),
    // The list first: whoever is led there finds the proposal in it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['recipes'] }),
  });
  return (
    <form
      className="recipe-section"
      onSubmit={(event) => {
        event.preventDefault();
        propose.mutate(undefined, { onSuccess: onProposed });
      }}
    >
      <h3>{t('recipes.propose')}</h3>
      <p className="soft">{t('recipes.proposeWhat')}</p>
      <label className="recipe-field">
        {t('recipes.reason')}
        <input value={reason} maxLength={2000} required onChange={({ target }) => setReason(target.value)} />
      </label>
      <div>
        <button disabled={propose.isPending}>{t('recipes.proposeFor', { stationId: draft.stationId })}</button>
      </div>
      <Trouble error={propose.error} />
    </form>
  );
}

/** The text once nobody has changed it for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), restMs);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

async function readFile(files: FileList | null): Promise<string | null> {
  return (await files?.item(0)?.text()) ?? null;
}

/** Puts the caret there and shows the place. */
function goTo(area: HTMLTextAreaElement | null, line: number, column: number): void {
  if (area === null) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start + column - 1, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 5);
}
