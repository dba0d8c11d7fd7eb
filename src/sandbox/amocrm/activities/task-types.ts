/** The kinds of task of the demo account: the two that every account has, and one of its own. */
export const taskTypes = [
  { id: 1, name: 'Связаться', color: null, icon_id: null, code: 'FOLLOW_UP' },
  { id: 2, name: 'Встреча', color: null, icon_id: null, code: 'MEETING' },
  { id: 2_714_503, name: 'Выезд на замер', color: '43ae4e', icon_id: 12, code: null },
] as const
