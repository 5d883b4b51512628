/** Turns `{"./en/tasks.json": texts}` into `{tasks: texts}`. */
export function byNamespace<T>(files: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(files).map(([path, texts]) => [
      path.slice(path.lastIndexOf("/") + 1, -".json".length),
      texts,
    ]),
  );
}
