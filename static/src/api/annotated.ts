/** What has annotations, a history and statistics of its own. */
export interface Annotated {
  readonly kind: "task" | "job";
  readonly id: number;
}

/** `/api/tasks/3/annotations/history`, for `history`. */
export function annotationsPath({ kind, id }: Annotated, below: string): string {
  return `/api/${kind}s/${id}/annotations/${below}`;
}
