// A page that answers a scan by loading anew says how it went by its sound, too.

import { play } from "./sounds.js";

const told = document.querySelector("#problem, #told");
for (const tone of ["good", "warn", "stop", "send"]) if (told?.classList.contains(tone)) play(tone);
