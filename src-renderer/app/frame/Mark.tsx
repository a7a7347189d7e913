/** The product's mark: three lines that become one voice. */
export function Mark({ size = 18 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 18 18"
      fill="none"
      stroke="var(--accent-text)"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d="M1.5 3.5c4.5 0 5 5.5 9.5 5.5M1.5 14.5C6 14.5 6.5 9 11 9M1.5 9h15" />
    </svg>
  );
}
