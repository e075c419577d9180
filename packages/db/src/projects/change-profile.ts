import type { Database } from '../database/database.ts';

/** The new name of a person, and their new address; null leaves the address as it is. */
export interface NewProfile {
  readonly userId: string;
  readonly name: string;
  readonly email: string | null;
}

// An address is how invitations and providers know a person. Nothing here proves one, so only an operator, who manages all
// people anyway, changes it, and a provider that knows the address does not sign its owner in to this account.
const change = `
  UPDATE "user" u
     SET name = $2, email = coalesce($3::text, u.email), updated_at = now(),
         email_verified = u.email_verified AND ($3::text IS NULL OR $3::text = u.email)
   WHERE u.id = $1 AND ($3::text IS NULL OR $3::text = u.email OR u.is_operator)
     AND NOT EXISTS (SELECT FROM "user" o WHERE o.email = $3::text AND o.id <> $1)`;

/** Changes what others see of a person. Returns false where the address is another person's, or is not theirs to change. */
export async function changeProfile({ system }: Database, profile: NewProfile): Promise<boolean> {
  return (await system.execute(change, [profile.userId, profile.name, profile.email])) === 1;
}
