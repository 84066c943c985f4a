/** The tasks by name, in the order of the page. Nothing else knows what is special to one. */

import { depth } from "./depth.js";
import { instances } from "./instances.js";
import { interactive } from "./interactive.js";
import { matting } from "./matting.js";
import { semantic } from "./semantic.js";
import { trimap } from "./trimap.js";

/** @import { Task } from "../types.js" */

/** @type {Record<string, Task>} */
export const TASKS = { interactive, instances, semantic, matting, depth, trimap };
