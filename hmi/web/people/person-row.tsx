import { useState } from 'react';
import { rolesByRank, type Role } from '#hmi/roles.ts';
import type { PersonCard } from '#hmi/server/people.schema.ts';
import { useSession } from '#hmi/web/account/use-session.ts';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** What an admin does to a person. */
export type PersonDeed =
  | { readonly kind: 'add'; readonly person: { readonly name: string; readonly role: Role } }
  | { readonly kind: 'link'; readonly id: string }
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly change: { readonly role?: Role; readonly disabled?: boolean };
    };

interface PersonRowProps {
  readonly person: PersonCard;
  readonly busy: boolean;
  readonly onDo: (deed: PersonDeed) => void;
}

/** One person: who, what they may do, and what an admin may change. */
export function PersonRow({ person, busy, onDo }: PersonRowProps) {
  const self = useSession()?.person?.name === person.name;
  const { id, name, role, disabled, hasPassword, createdAt } = person;
  const standing = disabled ? 'disabled' : hasPassword ? 'password' : 'waiting';
  return (
    <tr className={disabled ? 'person-disabled' : ''}>
      <th scope="row">
        {name} {self && <span className="soft">({t('people.self')})</span>}
      </th>
      <td>
        <RoleChoice
          label={t('people.roleOf', { name })}
          role={role}
          onRole={(chosen) => onDo({ kind: 'change', id, change: { role: chosen } })}
        />
      </td>
      <td>{t(`people.standing.${standing}`)}</td>
      <td>{dateTime(createdAt)}</td>
      <td>
        <div className="person-doing">
          {!disabled && <NewLink person={person} busy={busy} onLink={() => onDo({ kind: 'link', id })} />}
          <button
            disabled={busy}
            aria-label={t(disabled ? 'people.enableOf' : 'people.disableOf', { name })}
            onClick={() => onDo({ kind: 'change', id, change: { disabled: !disabled } })}
          >
            {t(disabled ? 'people.enable' : 'people.disable')}
          </button>
        </div>
      </td>
    </tr>
  );
}

interface NewLinkProps {
  readonly person: PersonCard;
  readonly busy: boolean;
  readonly onLink: () => void;
}

/** Asks once more where somebody would lose their password. */
function NewLink({ person: { name, hasPassword }, busy, onLink }: NewLinkProps) {
  const [asks, setAsks] = useState(false);
  if (!asks) {
    const press = (): void => (hasPassword ? setAsks(true) : onLink());
    return (
      <button disabled={busy} aria-label={t('people.linkOf', { name })} onClick={press}>
        {t('people.link')}
      </button>
    );
  }
  const sure = (): void => {
    setAsks(false);
    onLink();
  };
  return (
    <span className="person-sure" role="group">
      <span>{t('people.linkTakes', { name })}</span>
      <button ref={(button) => button?.focus()} onClick={sure}>
        {t('people.linkSure')}
      </button>
      <button onClick={() => setAsks(false)}>{t('people.keep')}</button>
    </span>
  );
}

interface RoleChoiceProps {
  readonly label: string;
  readonly role: Role;
  readonly onRole: (role: Role) => void;
}

/** One of the roles, each with what it may do. */
export function RoleChoice({ label, role, onRole }: RoleChoiceProps) {
  return (
    <select aria-label={label} value={role} onChange={({ target }) => onRole(target.value as Role)}>
      {rolesByRank.map((one) => (
        <option key={one} value={one} title={t(`people.rights.${one}`)}>
          {t(`role.${one}`)}
        </option>
      ))}
    </select>
  );
}
