/** The picture of Import: a table becomes a structure. */
import classes from './DropZone.module.css';

export function FileToStructure() {
  return (
    <svg className={classes.picture} width="170" height="44" viewBox="0 0 170 44" fill="none" aria-hidden>
      <g className={classes.table}>
        <rect x="1.5" y="2.5" width="63" height="39" rx="2" />
        <path d="M1.5 12.5h63M1.5 22.5h63M1.5 32.5h63M21.5 2.5v39M43.5 2.5v39" />
      </g>
      <path className={classes.arrow} d="M74 22h23M91.5 16.5 97 22l-5.5 5.5" />
      <path
        className={classes.structure}
        d="m130 1 12 7v14l-12 7-12-7V8zM129.500 5l9 5.250M121.500 19.500V10M138.500 20l-8.750 5M142 22l13 8M155 30v12M155 30l11-7"
      />
    </svg>
  );
}
