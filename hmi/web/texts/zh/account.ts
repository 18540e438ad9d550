import type { account as english } from '#hmi/web/texts/en/account.ts';
import type { SameKeys } from '#hmi/web/texts/same-keys.ts';

/** Texts about who is signed in, of signing in, and of one's own account. */
export const account = {
  account: {
    signIn: '登录',
    signOut: '退出登录',
    title: '您的账户',
    signedInAs: '已登录：{{name}}，角色：{{role}}',
    name: '姓名',
    password: '密码',
    current: '当前密码',
    next: '新密码，至少 {{count}} 个字符',
    again: '再次输入新密码',
    differ: '两次输入不一致。',
    choose: '设置密码',
    change: '修改密码',
    changed: '密码已保存。您在其他地方的登录均已退出。',
    noPassword: '您通过链接登录，尚未设置密码。',
    refused: '姓名或密码不正确。',
    disabled: '此账户已停用。请联系管理员。',
    tooOften: '尝试次数过多。请等一分钟。',
    wrong: '当前密码不正确。',
    failed: '未成功：{{message}}',
    opening: '正在打开链接…',
    linkSpent: '此链接已使用或已过期。请向给您链接的人索取新的链接。',
    needs: '此处需要“{{role}}”角色。',
    needsSignIn: '请先登录。账户由负责此看板的人提供。',
    needsAdmin: '您已登录为 {{name}}，角色为“{{role}}”。管理员可以给您更多权限。',
  },
  role: {
    viewer: '查看',
    operator: '操作员',
    quality: '质量',
    engineer: '工程师',
    admin: '管理员',
  },
} as const satisfies SameKeys<typeof english>;
