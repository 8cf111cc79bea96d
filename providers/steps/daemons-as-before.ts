// The undo of a step that starts or stops a daemon.
import { sh } from "../core/shell.ts";
import type { Undo } from "./step.ts";

/**
 * Opens the journal, which says which daemons run, before the step. A roll-back sets the daemons
 * right after all other undo steps (transaction/rollback-script.ts), so nothing is left to do here.
 */
export const daemonsAsBefore: Undo = { script: sh`:` };
