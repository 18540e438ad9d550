/** Texts of the page that finds inspections. */
export const trace = {
  trace: {
    serial: 'Serial',
    lot: 'Lot',
    station: 'Station',
    label: 'Defect',
    model: 'Model version',
    recipe: 'Recipe version',
    verdict: 'Verdict',
    from: 'From',
    to: 'To',
    decided: 'Decided',
    disposition: 'Disposition',
    any: 'Any',
    find: 'Find',
    asking: 'Asking …',
    found: 'Inspections: {{count}}{{more}}',
    none: 'None fits. A serial, a lot and a version are found only as they were written, capitals and dashes too.',
    failed: 'The list cannot be loaded: {{message}}',
    more: 'Show more',
    export: 'Export as CSV',
  },
} as const;
