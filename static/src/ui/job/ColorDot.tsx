interface Props {
  readonly color: string;
  readonly size?: number;
}

export function ColorDot({ color, size = 10 }: Props) {
  return (
    <span
      style={{
        flex: "none",
        width: size,
        height: size,
        borderRadius: 3,
        background: color,
        boxShadow: "inset 0 0 0 1px rgb(128 128 128 / 35%)",
      }}
    />
  );
}
