import { useState } from 'react';
import type { Role } from '#hmi/roles.ts';
import { RoleChoice, type PersonDeed } from '#hmi/web/people/person-row.tsx';
import { t } from '#hmi/web/texts/texts.ts';

interface AddPersonProps {
  readonly busy: boolean;
  readonly onAdd: (deed: PersonDeed, then: () => void) => void;
}

/** Adds a person: a name and a role; a link lets them in. */
export function AddPerson({ busy, onAdd }: AddPersonProps) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  return (
    <form
      className="add-person panel"
      aria-labelledby="add-person"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd({ kind: 'add', person: { name, role } }, () => setName(''));
      }}
    >
      <h2 id="add-person">{t('people.add')}</h2>
      <label>
        {t('people.column.name')}
        <input
          value={name}
          onChange={({ target }) => setName(target.value)}
          autoComplete="off"
          spellCheck={false}
          minLength={2}
          maxLength={40}
          placeholder={t('people.nameForm')}
          required
        />
      </label>
      <label>
        {t('people.column.role')}
        <RoleChoice label={t('people.column.role')} role={role} onRole={setRole} />
      </label>
      <button disabled={busy}>{t('people.add')}</button>
      <p className="soft">
        {t(`role.${role}`)}: {t(`people.rights.${role}`)}. {t('people.addHow')}
      </p>
    </form>
  );
}
