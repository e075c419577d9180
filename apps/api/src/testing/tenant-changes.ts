import type { ApiScope } from '../auth/api-key.ts';
import type { TenantIds } from './tenant-ids.ts';

/** A mutation, and what it takes. */
export interface Change {
  /** The places of its input that take an id. */
  readonly places: readonly string[];
  readonly scope: ApiScope;
  /** The least role in the project that it is asked for; null where it is asked for none. */
  readonly role: 'VIEWER' | 'EDITOR' | 'OWNER' | null;
  readonly input: (ids: TenantIds) => Record<string, unknown>;
  /** The code for callers to whom the object does not exist. */
  readonly unknown: string;
  /** Whether the object belongs to one user: to the other members it does not exist. */
  readonly own?: true;
  /** The refusal for every caller here with the scope: it is for operators, or for the session's own user. */
  readonly refused?: { readonly type: string; readonly code: string };
  /** Whether it is done in a test of its own, because others need what it takes away. */
  readonly apart?: true;
}

const forOperators = {
  scope: 'ADMIN',
  role: null,
  unknown: 'NOT_OPERATOR',
  refused: { type: 'ForbiddenError', code: 'NOT_OPERATOR' },
  apart: true,
} as const;

const ofProject = (name: string, ...more: readonly string[]) => ({
  places: ['projectId', ...more].map((field) => `${name}.${field}`),
  unknown: 'PROJECT_NOT_FOUND',
});
const ofSync = (name: string) => ({ places: [`${name}.syncId`], unknown: 'SYNC_NOT_FOUND' });
const ofNote = (name: string) => ({ places: [`${name}.entryId`], unknown: 'NOTE_NOT_FOUND' });
const ofWebhook = (name: string) => ({ places: [`${name}.webhookId`], unknown: 'WEBHOOK_NOT_FOUND' });
const ofRepository = (name: string) => ({
  places: [`${name}.repositoryId`],
  unknown: 'REPOSITORY_NOT_FOUND',
});

/** Every mutation. The last ones take away what those before them are asked about. */
export const changes: Readonly<Record<string, Change>> = {
  createProject: {
    places: [],
    scope: 'WRITE',
    role: null,
    input: () => ({ name: 'Another one' }),
    unknown: 'KEY_BOUND_TO_PROJECT',
  },
  updateProject: {
    ...ofProject('UpdateProjectInput'),
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ Project }) => ({ projectId: Project, name: 'Taken over' }),
  },
  connectRepository: {
    ...ofProject('ConnectRepositoryInput'),
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ Project, url }) => ({ projectId: Project, provider: 'GIT', url }),
  },
  addNote: {
    ...ofProject('AddNoteInput'),
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ Project }) => ({ projectId: Project, title: 'x', content: 'x' }),
  },
  updateNote: {
    ...ofNote('UpdateNoteInput'),
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ note }) => ({ entryId: note, title: 'x', content: 'x' }),
  },
  removeNote: {
    ...ofNote('RemoveNoteInput'),
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ spareNote }) => ({ entryId: spareNote }),
  },
  putDocument: {
    ...ofProject('PutDocumentInput', 'repositoryId'),
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ Project, Repository }) => ({
      projectId: Project,
      repositoryId: Repository,
      title: 'x',
      content: 'x',
    }),
  },
  judgePattern: {
    places: ['JudgePatternInput.patternId'],
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ Pattern }) => ({ patternId: Pattern, state: 'ACCEPTED' }),
    unknown: 'PATTERN_NOT_FOUND',
  },
  refreshEmbeddings: {
    ...ofProject('RefreshEmbeddingsInput'),
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ Project }) => ({ projectId: Project }),
  },
  startSync: {
    ...ofRepository('StartSyncInput'),
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ Repository }) => ({ repositoryId: Repository, branch: 'main' }),
  },
  startSyncs: {
    ...ofProject('StartSyncsInput'),
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ Project, Repository }) => ({
      projectId: Project,
      syncs: [{ repositoryId: Repository, branch: 'main' }],
    }),
  },
  restoreMemory: {
    ...ofSync('RestoreMemoryInput'),
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ ProjectSync }) => ({ syncId: ProjectSync }),
  },
  cancelSync: {
    ...ofSync('CancelSyncInput'),
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ running }) => ({ syncId: running }),
  },
  createApiKey: {
    ...ofProject('CreateApiKeyInput'),
    scope: 'ADMIN',
    role: 'VIEWER',
    input: ({ Project }) => ({ name: 'x', scopes: ['ADMIN'], projectId: Project }),
  },
  setMailNotices: {
    ...ofProject('SetMailNoticesInput'),
    scope: 'WRITE',
    role: 'VIEWER',
    input: ({ Project }) => ({ projectId: Project, notices: 'NONE' }),
  },
  revokeApiKey: {
    places: ['RevokeApiKeyInput.id'],
    scope: 'ADMIN',
    role: 'OWNER',
    own: true,
    input: ({ ApiKey }) => ({ id: ApiKey }),
    unknown: 'API_KEY_NOT_FOUND',
  },
  inviteMember: {
    ...ofProject('InviteMemberInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Project }) => ({ projectId: Project, email: 'invited@example.invalid', role: 'OWNER' }),
  },
  setMemberRole: {
    ...ofProject('SetMemberRoleInput', 'userId'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Project, member }) => ({ projectId: Project, userId: member, role: 'EDITOR' }),
  },
  removeMember: {
    ...ofProject('RemoveMemberInput', 'userId'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Project, member }) => ({ projectId: Project, userId: member }),
  },
  revokeInvitation: {
    places: ['RevokeInvitationInput.invitationId'],
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Invitation }) => ({ invitationId: Invitation }),
    unknown: 'INVITATION_NOT_FOUND',
  },
  createWebhook: {
    ...ofProject('CreateWebhookInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Project }) => ({
      projectId: Project,
      url: 'https://hooks.example.org/in',
      events: ['SYNC_FAILED'],
    }),
  },
  updateWebhook: {
    ...ofWebhook('UpdateWebhookInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Webhook }) => ({ webhookId: Webhook, newSecret: true }),
  },
  redeliverWebhook: {
    places: ['RedeliverWebhookInput.deliveryId'],
    unknown: 'WEBHOOK_DELIVERY_NOT_FOUND',
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ WebhookDelivery }) => ({ deliveryId: WebhookDelivery }),
  },
  removeWebhook: {
    ...ofWebhook('RemoveWebhookInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ spareWebhook }) => ({ webhookId: spareWebhook }),
  },
  setPushHook: {
    ...ofRepository('SetPushHookInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Repository }) => ({ repositoryId: Repository }),
  },
  removePushHook: {
    ...ofRepository('RemovePushHookInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Repository }) => ({ repositoryId: Repository }),
  },
  leaveProject: {
    ...ofProject('LeaveProjectInput'),
    scope: 'ADMIN',
    role: 'VIEWER',
    input: ({ Project }) => ({ projectId: Project }),
    apart: true,
  },
  endSession: {
    places: ['EndSessionInput.sessionId'],
    scope: 'ADMIN',
    role: null,
    input: ({ Session }) => ({ sessionId: Session }),
    unknown: 'SESSION_NOT_FOUND',
    refused: { type: 'NotFoundError', code: 'SESSION_NOT_FOUND' },
    apart: true,
  },
  setUserRights: {
    ...forOperators,
    places: ['SetUserRightsInput.userId'],
    input: ({ member }) => ({ userId: member, isOperator: true }),
  },
  shutUserOut: {
    ...forOperators,
    places: ['ShutUserOutInput.userId'],
    input: ({ member }) => ({ userId: member }),
  },
  letUserIn: {
    ...forOperators,
    places: ['LetUserInInput.userId'],
    input: ({ member }) => ({ userId: member }),
  },
  setOperatorAccess: {
    ...forOperators,
    places: ['SetOperatorAccessInput.projectId'],
    input: ({ Project }) => ({ projectId: Project, isAllowed: true }),
  },
  decideRule: {
    ...ofRepository('DecideRuleInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Repository }) => ({
      repositoryId: Repository,
      branch: 'main',
      path: 'rules.md',
      authority: 'MANDATORY',
    }),
  },
  setModelWriting: {
    scope: 'ADMIN',
    role: 'OWNER',
    places: ['SetModelWritingInput.projectId'],
    input: ({ Project }) => ({ projectId: Project, isOn: true }),
    unknown: 'PROJECT_NOT_FOUND',
  },
  writeDocument: {
    scope: 'WRITE',
    role: 'EDITOR',
    places: ['WriteDocumentInput.documentId'],
    input: ({ page }) => ({ documentId: page, isWanted: false }),
    unknown: 'DOCUMENT_NOT_FOUND',
  },
  removeDocument: {
    places: ['RemoveDocumentInput.documentId'],
    scope: 'WRITE',
    role: 'EDITOR',
    input: ({ Document }) => ({ documentId: Document }),
    unknown: 'DOCUMENT_NOT_FOUND',
  },
  updateRepository: {
    ...ofRepository('UpdateRepositoryInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Repository }) => ({ repositoryId: Repository, defaultBranch: 'main' }),
  },
  setSyncsPaused: {
    ...ofProject('SetSyncsPausedInput'),
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ Project }) => ({ projectId: Project, isPaused: false }),
  },
  releaseBranch: {
    places: ['ReleaseBranchInput.repositoryId'],
    scope: 'SYNC',
    role: 'EDITOR',
    input: ({ Repository, branchName }) => ({ repositoryId: Repository, branch: branchName }),
    unknown: 'BRANCH_NOT_FOUND',
  },
  removeBranch: {
    places: ['RemoveBranchInput.repositoryId'],
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Repository, branchName }) => ({ repositoryId: Repository, branch: branchName }),
    unknown: 'BRANCH_NOT_FOUND',
  },
  removeRepository: {
    ...ofRepository('RemoveRepositoryInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Repository }) => ({ repositoryId: Repository }),
  },
  removeProject: {
    ...ofProject('RemoveProjectInput'),
    scope: 'ADMIN',
    role: 'OWNER',
    input: ({ Project }) => ({ projectId: Project }),
  },
};

/** The text that asks for one of them. */
export function mutationOf(name: string): string {
  const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ... on Error { code message } } }`;
}
