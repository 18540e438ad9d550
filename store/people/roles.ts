/** What people may do, each more than the one before; hmi/roles.ts says what that means. */
export const roles = ['viewer', 'operator', 'quality', 'engineer', 'admin'] as const;

export type Role = (typeof roles)[number];
