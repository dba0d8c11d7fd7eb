import type { Group, User } from '../records.ts'

export const groups: readonly Group[] = [
  { id: 0, name: 'Отдел продаж', uuid: null },
  { id: 482_913, name: 'Отдел сопровождения', uuid: '5f0d8a52-1c0e-4a3f-9a6b-2d7c51e9a013' },
]

/** The director, six managers, and one who left. */
export const users: readonly User[] = [
  user(9_481_202, 'Ольга Соколова', 'o.sokolova', 0, { admin: true, rank: 'master' }),
  user(9_481_206, 'Алексей Морозов', 'a.morozov', 0, { rank: 'master' }),
  user(9_481_210, 'Мария Кузнецова', 'm.kuznetsova', 0, { rank: 'candidate' }),
  user(9_481_214, 'Дмитрий Волков', 'd.volkov', 0, { rank: 'candidate' }),
  user(9_481_218, 'Екатерина Новикова', 'e.novikova', 0, {}),
  user(9_481_222, 'Сергей Лебедев', 's.lebedev', 482_913, {}),
  user(9_481_226, 'Анна Павлова', 'a.pavlova', 482_913, {}),
  user(9_481_230, 'Павел Зайцев', 'p.zaytsev', 0, { left: true }),
]

export const directorId = 9_481_202

/** Who works on deals, the one who left included: old deals are still his. */
export const managerIds = users.filter(({ id }) => id !== directorId).map(({ id }) => id)

export const activeManagerIds = users
  .filter((one) => one.is_active && one.id !== directorId)
  .map(({ id }) => id)

function user(
  id: number,
  name: string,
  login: string,
  groupId: number,
  { admin = false, left = false, rank = 'newbie' }: { admin?: boolean; left?: boolean; rank?: string },
): User {
  return {
    id,
    name,
    email: `${login}@example.ru`,
    is_admin: admin,
    is_active: !left,
    group_id: groupId,
    role_id: null,
    uuid: `7c1e4b90-52d3-4f1a-8e6d-${String(id).padStart(12, '0')}`,
    phone_number: null,
    rank,
  }
}
