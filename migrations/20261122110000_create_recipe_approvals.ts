import { sql, type Kysely } from 'kysely';

// What people propose for a station, and what became of it. Both are appended, never changed. That two people take part
// does not rest on the dashboard alone: nobody approves or rejects what they proposed, and only they may withdraw it.
const tables = [
  `create table recipe_proposal (
    proposal_id uuid primary key,
    station_id text not null,
    recipe_id text not null,
    version text not null,
    sha256 text not null,
    yaml text not null,
    reason text not null,
    proposed_by text not null,
    person_id uuid not null references person,
    proposed_at timestamptz(3) not null default now(),
    unique (proposal_id, person_id)
  )`,
  'create index recipe_proposal_of_station on recipe_proposal (station_id, recipe_id)',
  'create index recipe_proposal_of_digest on recipe_proposal (sha256)',
  `create table recipe_decision (
    decision_no bigint generated always as identity primary key,
    proposal_id uuid not null unique,
    proposed_by_id uuid not null,
    decision text not null check (decision in ('approved', 'rejected', 'withdrawn')),
    reason text not null,
    decided_by text not null,
    person_id uuid not null references person,
    decided_at timestamptz(3) not null default now(),
    foreign key (proposal_id, proposed_by_id) references recipe_proposal (proposal_id, person_id),
    constraint two_people check ((decision = 'withdrawn') = (person_id = proposed_by_id))
  )`,
  'grant select on recipe_proposal, recipe_decision to hairline_reader, hairline_hmi',
  'grant insert on recipe_proposal, recipe_decision to hairline_hmi',
];

const names = ['recipe_proposal', 'recipe_decision'];

/** Recipes that two people approve. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await sql.raw(statement).execute(db);
  for (const name of names) {
    const refuse = (trigger: string, when: string, level: string): string =>
      `create trigger ${trigger} before ${when} on ${name} for each ${level} execute function refuse_change()`;
    await sql.raw(refuse('append_only', 'update or delete', 'row')).execute(db);
    await sql.raw(refuse('no_truncate', 'truncate', 'statement')).execute(db);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of names.toReversed()) await sql.raw(`drop table ${name}`).execute(db);
}
